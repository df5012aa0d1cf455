// Checked by `npm run typecheck`: each line after @ts-expect-error has to be an error, every other one none.
import { Controller, Get } from '@nestjs/common';
import { allOf, anonymous, anyOf, APIKeyHeader, Depends, HTTPBasic, HTTPBearer, OAuth2PasswordBearer, Security } from 'nestjs-scopes';
import type { Dependency, DependencyClass, HTTPAuthorizationCredentials, HTTPBasicCredentials, ValueOf } from 'nestjs-scopes';

interface User {
  readonly name: string;
}
const key = new APIKeyHeader({ name: 'X-Key' });
const bearer = new HTTPBearer();
const basic = new HTTPBasic();
const oauth2 = new OAuth2PasswordBearer({ tokenUrl: 'token' });

class CurrentUser {
  resolve(@Depends(oauth2) token: string): Promise<User> {
    return Promise.resolve({ name: token });
  }
}
class Count implements Dependency<number> {
  resolve(): number {
    return 1;
  }
  release(value: number, error: unknown): void {
    if (error !== undefined) value.toFixed();
  }
}
abstract class Clock {
  abstract resolve(): Date;
}
class Service {
  readonly name = 'service';
}

/** A parameter that can hold what it gets. */
@Controller()
export class Fitting {
  @Get() user(@Security(CurrentUser, { scopes: ['me'] }) user: User): User { return user; }
  @Get() loose(@Depends(CurrentUser) user: unknown, @Depends(Count, { useCache: false }) count: number | null): unknown { return [user, count]; }
  @Get() part(@Depends(CurrentUser) { name }: { name: string }): string { return name; }
  @Get() abstract(@Depends(Clock) now: Date): Date { return now; }
  @Get() schemes(@Depends(key) text: string, @Depends(bearer) credentials: HTTPAuthorizationCredentials, @Depends(basic) { username }: HTTPBasicCredentials): unknown { return [text, credentials, username]; }
  @Get() optional(@Depends(key) text: string | null, @Security(oauth2) token?: string): unknown { return [text, token]; }
  @Get() either(@Depends(anyOf(basic, key)) value: HTTPBasicCredentials | string): unknown { return value; }
  @Get() maybe(@Depends(anyOf({ scheme: key, scopes: ['a'] }, anonymous)) text: string | null): unknown { return text; }
  @Get() all(@Security(allOf(basic, anyOf(key, anonymous))) [{ username }, text]: [HTTPBasicCredentials, string | null]): unknown { return [username, text]; }
  @Get() @Security(anyOf(basic, key)) @Security(CurrentUser) @Security(key, { scopes: ['a'] }) onMethod(): void { return; }
}

/** What the compiler refuses. */
export class Wrong {
  // @ts-expect-error -- a user is no number
  user(@Security(CurrentUser) user: number): unknown { return user; }
  // @ts-expect-error -- the promise is awaited
  promise(@Depends(CurrentUser) user: Promise<User>): unknown { return user; }
  // @ts-expect-error -- more than there is
  more(@Depends(CurrentUser) user: User & { admin: boolean }): unknown { return user; }
  // @ts-expect-error -- HTTPBearer hands over scheme and credentials
  bearer(@Depends(bearer) token: string): unknown { return token; }
  // @ts-expect-error -- the second parameter, not the first
  second(@Depends(key) text: string, @Depends(Count) count: string): unknown { return [text, count]; }
  // @ts-expect-error -- it may be the credentials of Basic
  either(@Depends(anyOf(basic, key)) text: string): unknown { return text; }
  // @ts-expect-error -- it may be nobody's
  maybe(@Depends(anyOf(key, anonymous)) text: string): unknown { return text; }
  // @ts-expect-error -- in the order of the members
  all(@Depends(allOf(basic, key)) both: [string, HTTPBasicCredentials]): unknown { return both; }
  // @ts-expect-error -- no resolve()
  service(@Depends(Service) service: Service): unknown { return service; }
  // @ts-expect-error -- a scope is one of a list
  scopes(@Security(CurrentUser, { scopes: 'me' }) user: User): unknown { return user; }
  // @ts-expect-error -- @Depends has no scopes
  depends(@Depends(CurrentUser, { scopes: ['me'] }) user: User): unknown { return user; }
}

/** What can be combined. */
export const combined: readonly unknown[] = [
  anyOf(basic, allOf(key, oauth2), { scheme: bearer, scopes: ['a'] }, anonymous),
  // @ts-expect-error -- a dependency is no member
  anyOf(basic, CurrentUser),
  // @ts-expect-error -- no members
  anyOf(),
];

/** Within a tree it is the same. */
export class WrongTree {
  // @ts-expect-error -- a count is no user
  resolve(@Depends(Count) user: User): User { return user; }
}

export const value: ValueOf<typeof CurrentUser> = { name: 'johndoe' };
export const classes: readonly DependencyClass[] = [CurrentUser, Count, Clock];
