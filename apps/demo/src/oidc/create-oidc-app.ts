import { NestFactory } from '@nestjs/core';
import type { INestApplication } from '@nestjs/common';
import { DocumentBuilder, SwaggerModule } from '@nestjs/swagger';
import { anonymous, createSecureDocument, protectDocs } from 'nestjs-scopes';
import type { IncomingMessage, ServerResponse } from 'node:http';
import type { ClientMetadata } from 'oidc-provider';
import { httpServer } from '../http-server.js';
import type { Adapter } from '../http-server.js';
import { OidcAppModule } from './oidc-app.module.js';

const SWAGGER_CLIENT = 'swagger-ui';

/** The demo behind a provider, with its document and its Swagger page, ready to listen. */
export async function createOidcApp(adapter: Adapter, issuer: string): Promise<INestApplication> {
  const app = await NestFactory.create(OidcAppModule.register(issuer), httpServer(adapter), { logger: ['error', 'warn'] });
  app.use(withEndSlash);
  const config = new DocumentBuilder()
    .setTitle('nestjs-scopes demo, behind an OpenID provider')
    .setDescription('Authorize with the scopes that you want, log in as johndoe / secret, and untick at the provider what this page shall not have.')
    .setOpenAPIVersion('3.1.0')
    .build();
  // `prompt` asks who is there every time, so that one can come back as somebody else.
  const initOAuth = { clientId: SWAGGER_CLIENT, usePkceWithAuthorizationCodeGrant: true, additionalQueryStringParams: { prompt: 'login' } };
  SwaggerModule.setup('docs', protectDocs(app, anonymous), createSecureDocument(app, config), { jsonDocumentUrl: 'openapi.json', swaggerOptions: { initOAuth } });
  return app;
}

/** The Swagger page as the provider knows it: public, as a page keeps no secret, and coming back to the API's own addresses only. */
export function swaggerClient(port: number): ClientMetadata {
  return {
    client_id: SWAGGER_CLIENT,
    client_name: 'the Swagger page',
    token_endpoint_auth_method: 'none',
    redirect_uris: ['localhost', '127.0.0.1'].map((host) => new URL(`http://${host}:${String(port)}/docs/oauth2-redirect.html`).href),
  };
}

/** The Swagger page takes the file beside it for the one to come back to: that of `/docs` would be `/oauth2-redirect.html`. */
function withEndSlash(request: IncomingMessage, response: ServerResponse, next: () => void): void {
  if (request.url === '/docs') response.writeHead(307, { Location: '/docs/' }).end();
  else next();
}
