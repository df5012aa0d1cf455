import { Controller, Get, Module } from '@nestjs/common';
import { ApiExcludeEndpoint, DocumentBuilder } from '@nestjs/swagger';
import { APIKeyHeader, AuthModule, createSecureDocument, Depends, HTTPBearer, Security } from 'nestjs-scopes';
import { ADAPTERS, start } from '../support/running-app.js';
import { TestStrategy } from '../support/tokens.js';

const [hidden, both, unused] = ['Hidden', 'Both', 'Unused'].map((schemeName) => new HTTPBearer({ schemeName })) as [HTTPBearer, HTTPBearer, HTTPBearer];
const key = new APIKeyHeader({ name: 'X-Key' });

@Controller()
class ShopController {
  @Get('internal') @ApiExcludeEndpoint() internal(@Depends(hidden) _token: unknown) { return {}; }
  @Get('internal-too') @ApiExcludeEndpoint() @Security(both) internalToo() { return {}; }
  @Get('shown') @Security(both) shown(@Depends(key) value: unknown) { return { value }; }
}

@Module({ imports: [AuthModule.forRoot({ schemes: [{ scheme: hidden }, { scheme: both, strategy: TestStrategy }, { scheme: unused }, { scheme: key }] })], controllers: [ShopController] })
class ShopApp {}

it.each(ADAPTERS)('createSecureDocument leaves a scheme out that only routes use which the document leaves out, on %s', async (adapter) => {
  const running = await start(ShopApp, adapter);
  const { components, paths } = createSecureDocument(running.app, new DocumentBuilder().build());
  expect(Object.keys(paths)).toEqual(['/shown']);
  expect(Object.keys(components?.securitySchemes ?? {})).toEqual(['Both', 'Unused', 'APIKeyHeader']);
  expect((await running.get('/internal')).status).toBe(401);
  await running.close();
});
