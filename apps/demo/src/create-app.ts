import { NestFactory } from '@nestjs/core';
import type { INestApplication } from '@nestjs/common';
import { DocumentBuilder, SwaggerModule } from '@nestjs/swagger';
import { anonymous, createSecureDocument, protectDocs, setupSecurityReport } from 'nestjs-scopes';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { AppModule } from './app.module.js';
import { httpServer } from './http-server.js';
import type { Adapter } from './http-server.js';
import { basic } from './security.js';

/** The demo with its document, its Swagger page and its security report, ready to listen. */
export async function createApp(adapter: Adapter = 'express', dataFolder = 'data'): Promise<INestApplication> {
  const app = await NestFactory.create(AppModule.register(dataFolder), httpServer(adapter), { logger: ['error', 'warn'] });
  app.use(withoutEndSlash);
  const config = new DocumentBuilder()
    .setTitle('nestjs-scopes demo')
    .setDescription("FastAPI's scopes tutorial on NestJS. Authorize as johndoe / secret and choose your scopes. The API key is demo-key.")
    .setOpenAPIVersion('3.1.0')
    .build();
  // Only with `persistAuthorization` does the page set a cookie for the scheme that reads one.
  const swaggerOptions = { persistAuthorization: true };
  SwaggerModule.setup('docs', protectDocs(app, anonymous), createSecureDocument(app, config), { jsonDocumentUrl: 'openapi.json', swaggerOptions });
  setupSecurityReport('security', protectDocs(app, basic));
  return app;
}

/** The Swagger page resolves the relative `tokenUrl` against its own address: under `/docs/` a login would go to `/docs/token`. */
function withoutEndSlash(request: IncomingMessage, response: ServerResponse, next: () => void): void {
  if (request.url === '/docs/') response.writeHead(307, { Location: '/docs' }).end();
  else next();
}
