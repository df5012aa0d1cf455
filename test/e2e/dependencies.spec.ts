import { Controller, Get, HttpException, Injectable, Module, Param, ParseIntPipe, Query, Req } from '@nestjs/common';
import { AuthModule, CurrentPrincipal, CurrentUser, Depends, OAuth2PasswordBearer, RequiredScopes, Security } from 'nestjs-scopes';
import type { Dependency, Principal, SecurityScopes } from 'nestjs-scopes';
import { ADAPTERS, start } from '../support/running-app.js';
import type { RunningApp } from '../support/running-app.js';

const oauth2 = new OAuth2PasswordBearer({ tokenUrl: 'token', scopes: { me: 'Me.', items: 'Items.' } });

@Injectable()
class TokenUser implements Dependency {
  resolve(@RequiredScopes() required: SecurityScopes, @Depends(oauth2) token: string) {
    if (token === 'teapot') throw new HttpException('Teapot', 418);
    return { token, scopes: required.scopes };
  }
}

@Injectable()
class ActiveUser {
  resolve(@Security(TokenUser, { scopes: ['me'] }) user: { token: string; scopes: readonly string[] }) {
    return Promise.resolve({ ...user, isActive: true });
  }
}

@Injectable()
class Page {
  resolve(@Query('page', ParseIntPipe) page: number, @Req() request: { method: string }) {
    return { page, method: request.method };
  }
}

@Controller()
class TreeController {
  @Get('me') me(@Depends(ActiveUser) user: unknown) { return user; }
  @Get('items/:id') items(@Security(ActiveUser, { scopes: ['items'] }) user: unknown, @Param('id') id: string) { return { user, id }; }
  @Get('pages') pages(@Depends(Page) page: { page: number }, @CurrentUser() user: unknown, @CurrentPrincipal() principal: Principal | null) { return { page, user, principal }; }
  @Get('listed') @Security(ActiveUser, { scopes: ['items'] }) listed() { return 'listed'; }
}

@Module({
  imports: [AuthModule.forRoot({ schemes: [{ scheme: oauth2 }] })],
  controllers: [TreeController],
  providers: [TokenUser, ActiveUser, Page],
})
class TreeApp {}

describe.each(ADAPTERS)('A dependency on %s', (adapter) => {
  let app: RunningApp;
  beforeAll(async () => {
    app = await start(TreeApp, adapter);
  });
  afterAll(() => app.close());

  it('works', async () => {
    expect((await app.get('/me', 't')).json).toEqual({ token: 't', scopes: ['me'], isActive: true });
    expect((await app.get('/items/7', 't')).json).toEqual({ user: { token: 't', scopes: ['items', 'me'], isActive: true }, id: '7' });
    expect((await app.get('/me', 'teapot')).status).toBe(418);
    expect((await app.get('/me')).status).toBe(401);
    expect((await app.get('/listed')).status).toBe(401);
    expect((await app.get('/listed', 't')).text).toBe('listed');
    expect((await app.get('/pages?page=3')).json).toEqual({ page: { page: 3, method: 'GET' }, user: null, principal: null });
    expect((await app.get('/pages?page=x')).status).toBe(400);
  });
});
