import { ForbiddenException, HttpException, ServiceUnavailableException, UnauthorizedException } from '@nestjs/common';
import { PassportStrategy } from '@nestjs/passport';
import passport from 'passport';
import { ExtractJwt, Strategy as PassportJwt } from 'passport-jwt';
import { claims, hmac, jws, SECRET } from './hostile-tokens.js';

/** What Passport gives a strategy to call; users of it may call them with anything. */
interface Callbacks {
  success(user?: unknown, info?: unknown): void;
  fail(challenge?: unknown, status?: number): void;
  error(error?: unknown): void;
  pass(): void;
  redirect(url: string): void;
}

/** What a strategy can do; the bearer token names it. */
const ACTIONS: Readonly<Record<string, (strategy: Callbacks) => unknown>> = {
  'scope-in-info': (strategy) => { strategy.success({ name: 'johndoe' }, { scope: 'items me' }); },
  'list-in-info': (strategy) => { strategy.success({ name: 'johndoe' }, { scope: ['items', 'me'] }); },
  'list-in-user': (strategy) => { strategy.success({ name: 'johndoe', scopes: ['items', 'me'] }); },
  'text-in-user': (strategy) => { strategy.success({ name: 'johndoe', scopes: 'items me' }); },
  'info-over-user': (strategy) => { strategy.success({ name: 'johndoe', scopes: ['me'] }, { scope: 'items' }); },
  'no-scopes': (strategy) => { strategy.success({ name: 'johndoe' }); },
  'comma-in-scope': (strategy) => { strategy.success({ name: 'johndoe' }, { scope: 'items,me' }); },
  'space-in-list': (strategy) => { strategy.success({ name: 'johndoe', scopes: ['items me'] }); },
  'number-in-list': (strategy) => { strategy.success({ name: 'johndoe', scopes: ['me', 5] }); },
  'object-for-scopes': (strategy) => { strategy.success({ name: 'johndoe', scopes: { me: true } }); },

  'fail': (strategy) => { strategy.fail(); },
  'fail-with-challenge': (strategy) => { strategy.fail('Basic realm="other"'); },
  'fail-with-200': (strategy) => { strategy.fail(200); },
  'fail-with-400': (strategy) => { strategy.fail('x', 400); },
  'pass': (strategy) => { strategy.pass(); },
  'redirect': (strategy) => { strategy.redirect('https://evil.example.com'); },
  'success-null': (strategy) => { strategy.success(null); },
  'success-false': (strategy) => { strategy.success(false); },
  'success-undefined': (strategy) => { strategy.success(); },
  'fail-then-success': (strategy) => { strategy.fail(); strategy.success({ name: 'johndoe' }, { scope: 'me' }); },
  'pass-then-success': (strategy) => { strategy.pass(); strategy.success({ name: 'johndoe' }, { scope: 'me' }); },
  'throw-401': () => { throw new UnauthorizedException('No such user.'); },
  'error-401': (strategy) => { strategy.error(new UnauthorizedException('No such user.')); },

  'throw': () => { throw new Error('password=hunter2'); },
  // eslint-disable-next-line @typescript-eslint/only-throw-error -- old strategies do
  'throw-text': () => { throw 'password=hunter2'; },
  'reject': () => Promise.reject(new Error('password=hunter2')),
  'error': (strategy) => { strategy.error(new Error('password=hunter2')); },
  'error-nothing': (strategy) => { strategy.error(); },
  'error-503': (strategy) => { strategy.error(new ServiceUnavailableException('password=hunter2')); },

  'throw-403': () => { throw new ForbiddenException('The account is locked.'); },
  'error-423': (strategy) => { strategy.error(new HttpException('The account is locked.', 423)); },
  'reject-418': () => Promise.reject(new HttpException('Teapot.', 418)),

  'never': () => undefined,
  'after-9-seconds': (strategy) => setTimeout(() => { strategy.success({ name: 'johndoe' }, { scope: 'me' }); }, 9000),
  'after-11-seconds': (strategy) => setTimeout(() => { strategy.success({ name: 'johndoe' }, { scope: 'me' }); }, 11_000),
};

let notify = (): void => undefined;

/** Resolves when the custom strategy has begun with its next action. */
export function nextAction(): Promise<void> {
  return new Promise((resolve) => {
    notify = resolve;
  });
}

/** A strategy that does what the token says. */
class ActingStrategy extends passport.Strategy {
  override authenticate(request: { headers: { authorization?: string } }): unknown {
    notify();
    return ACTIONS[request.headers.authorization?.slice('Bearer '.length) ?? '']?.(this);
  }
}

/** The custom strategy as a user of @nestjs/passport has it. */
export class CustomStrategy extends PassportStrategy(ActingStrategy, 'acting') {
  validate(): unknown {
    return null;
  }
}

/** A strategy class on passport-jwt as a user of @nestjs/passport has it; `validate` does what `sub` says. */
export class LegacyJwtStrategy extends PassportStrategy(PassportJwt, 'legacy') {
  constructor() {
    super({ jwtFromRequest: ExtractJwt.fromAuthHeaderAsBearerToken(), secretOrKey: SECRET, algorithms: ['HS256'] });
  }
  validate({ sub }: { sub: string }): unknown {
    switch (sub) {
      case 'nobody': return null;
      case 'refused': throw new UnauthorizedException('The account is locked.');
      case 'locked': throw new HttpException('The account is locked.', 423);
      case 'forbidden': throw new ForbiddenException('The account is locked.');
      case 'broken': throw new Error('password=hunter2');
      case 'informed': return [{ name: sub }, { scope: 'me' }];
      default: return { name: sub, scopes: ['me'] };
    }
  }
}

/** A token for {@link LegacyJwtStrategy}. */
export function legacyToken(sub: string, secret = SECRET): string {
  return jws({ alg: 'HS256', typ: 'JWT' }, claims({ sub }), hmac(secret));
}
