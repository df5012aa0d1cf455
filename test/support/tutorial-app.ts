import { BadRequestException, Controller, Get, HttpCode, Injectable, Module, Post } from '@nestjs/common';
import type { DynamicModule, PipeTransform } from '@nestjs/common';
import { PassportStrategy } from '@nestjs/passport';
import { SignJWT } from 'jose';
import { AuthModule, CurrentUser, Form, OAuth2PasswordBearer, OAuth2PasswordRequestForm, Public, Scopes } from 'nestjs-scopes';
import { ExtractJwt, Strategy } from 'passport-jwt';
import type { RecordedApplication, RecordedUser } from './recorded-application.js';

type User = Omit<RecordedUser, 'password'>;

class ActiveUserPipe implements PipeTransform<User, User> {
  transform(user: User): User {
    if (user.disabled) throw new BadRequestException('Inactive user');
    return user;
  }
}

@Controller('users/me')
@Scopes('me')
class UsersController {
  @Get()
  read(@CurrentUser(ActiveUserPipe) user: User): User {
    return user;
  }

  @Get('items')
  @Scopes('items')
  items(@CurrentUser(ActiveUserPipe) { username }: User): readonly object[] {
    return [{ item_id: 'Foo', owner: username }];
  }
}

@Controller('status')
class StatusController {
  @Get()
  @Scopes()
  read(): object {
    return { status: 'ok' };
  }
}

@Module({})
class TutorialModule {}

/** The application of FastAPI's scopes tutorial, with the users, the secret and the expiry of the recorded one. */
export function tutorialApp({ data, schemes }: RecordedApplication['app']): DynamicModule {
  const key = Buffer.from(data.secret);

  /** The recorded tokens have neither issuer nor audience, so passport-jwt verifies them, as in an application that has it already. */
  @Injectable()
  class TutorialStrategy extends PassportStrategy(Strategy) {
    constructor() {
      super({ jwtFromRequest: ExtractJwt.fromAuthHeaderAsBearerToken(), secretOrKey: key, algorithms: ['HS256'] });
    }

    validate({ sub, scope = '' }: { sub?: string; scope?: string }): [User, { scope: string }] | null {
      const account = accountOf(data.users, sub);
      return account === null ? null : [userOf(account), { scope }];
    }
  }

  @Controller('token')
  class TokenController {
    @Post()
    @Public()
    @HttpCode(200)
    async login(@Form(OAuth2PasswordRequestForm) form: OAuth2PasswordRequestForm): Promise<object> {
      const account = accountOf(data.users, form.username);
      if (account?.password !== form.password) throw new BadRequestException('Incorrect username or password');
      const token = new SignJWT({ sub: account.username, scope: form.scopes.join(' '), exp: data.exp });
      return { access_token: await token.setProtectedHeader({ alg: 'HS256', typ: 'JWT' }).sign(key), token_type: 'bearer' };
    }
  }

  const oauth2 = new OAuth2PasswordBearer(schemes.oauth2_scheme.args);
  return {
    module: TutorialModule,
    imports: [AuthModule.forRoot({ schemes: [{ scheme: oauth2, strategy: TutorialStrategy }], global: true })],
    controllers: [TokenController, UsersController, StatusController],
  };
}

function accountOf(users: Readonly<Record<string, RecordedUser>>, name: string | undefined): RecordedUser | null {
  return name !== undefined && Object.hasOwn(users, name) ? (users[name] ?? null) : null;
}

function userOf({ password: _password, ...user }: RecordedUser): User {
  return user;
}
