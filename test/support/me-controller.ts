import { Controller, Get } from '@nestjs/common';
import { Scopes } from 'nestjs-scopes';

/** A route that requires `me` of the application's default scheme, and answers nothing. */
@Controller('me')
export class MeController {
  @Get()
  @Scopes('me')
  read() {
    return {};
  }
}
