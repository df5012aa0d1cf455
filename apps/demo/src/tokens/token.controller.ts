import { Controller, HttpCode, Post } from '@nestjs/common';
import { ApiOperation, ApiTags } from '@nestjs/swagger';
import { Form, OAuth2PasswordRequestForm, Public } from 'nestjs-scopes';
import { TokenService } from './token.service.js';
import type { TokenResponse } from './token.service.js';

@Controller('token')
@ApiTags('token')
export class TokenController {
  constructor(private readonly tokens: TokenService) {}

  @Post()
  @Public()
  @HttpCode(200)
  @ApiOperation({ summary: 'Log in with a user name and a password.' })
  login(@Form(OAuth2PasswordRequestForm) form: OAuth2PasswordRequestForm): Promise<TokenResponse> {
    return this.tokens.login(form);
  }
}
