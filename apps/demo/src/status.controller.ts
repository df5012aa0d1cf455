import { Controller, Get } from '@nestjs/common';
import { ApiOperation, ApiTags } from '@nestjs/swagger';
import { Security } from 'nestjs-scopes';
import { CurrentUser } from './users/current-user.js';

@Controller('status')
@ApiTags('status')
export class StatusController {
  @Get()
  @Security(CurrentUser)
  @ApiOperation({ summary: 'Needs a valid token, whatever its scopes.' })
  read(): { status: string } {
    return { status: 'ok' };
  }
}
