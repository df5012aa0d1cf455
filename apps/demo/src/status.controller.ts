import { Controller, Get } from '@nestjs/common';
import { ApiOperation, ApiTags } from '@nestjs/swagger';
import { Scopes } from 'nestjs-scopes';

@Controller('status')
@ApiTags('status')
export class StatusController {
  @Get()
  @Scopes()
  @ApiOperation({ summary: 'Needs a valid token, whatever its scopes.' })
  read(): { status: string } {
    return { status: 'ok' };
  }
}
