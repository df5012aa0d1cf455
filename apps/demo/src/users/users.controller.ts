import { Controller, Get } from '@nestjs/common';
import { ApiBadRequestResponse, ApiOperation, ApiTags } from '@nestjs/swagger';
import { Depends, Security } from 'nestjs-scopes';
import { CurrentActiveUser } from './current-active-user.js';
import type { User } from './users.service.js';

@Controller('users/me')
@ApiTags('users')
@ApiBadRequestResponse({ description: 'The user is inactive.' })
export class UsersController {
  @Get()
  @ApiOperation({ summary: 'Who am I? Needs the scope me.' })
  read(@Depends(CurrentActiveUser) user: User): User {
    return user;
  }

  @Get('items')
  @ApiOperation({ summary: 'My items. Needs the scopes me and items.' })
  items(@Security(CurrentActiveUser, { scopes: ['items'] }) user: User): readonly { item_id: string; owner: string }[] {
    return [{ item_id: 'Foo', owner: user.username }];
  }
}
