import { Controller, Get } from '@nestjs/common';
import { ApiOperation, ApiTags } from '@nestjs/swagger';
import { CurrentUser, Scopes } from 'nestjs-scopes';
import { ActiveUserPipe } from './active-user.pipe.js';
import type { User } from './users.service.js';

@Controller('users/me')
@Scopes('me')
@ApiTags('users')
export class UsersController {
  @Get()
  @ApiOperation({ summary: 'Who am I? Needs the scope me.' })
  read(@CurrentUser(ActiveUserPipe) user: User): User {
    return user;
  }

  @Get('items')
  @Scopes('items')
  @ApiOperation({ summary: 'My items. Needs the scopes me and items.' })
  items(@CurrentUser(ActiveUserPipe) user: User): readonly { item_id: string; owner: string }[] {
    return [{ item_id: 'Foo', owner: user.username }];
  }
}
