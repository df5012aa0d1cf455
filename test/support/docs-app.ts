import { Controller, Get, Injectable, Module } from '@nestjs/common';
import type { INestApplication } from '@nestjs/common';
import { DocumentBuilder, SwaggerModule } from '@nestjs/swagger';
import type { SwaggerCustomOptions } from '@nestjs/swagger';
import { APIKeyHeader, APIKeyQuery, ApiKeyStrategy, AuthModule, BasicStrategy, createSecureDocument, HTTPBasic, HTTPBearer, protectDocs, Public } from 'nestjs-scopes';
import type { ProtectDocsOptions, SecurityScheme } from 'nestjs-scopes';
import type { SetUp } from './running-app.js';
import { TestStrategy, testScheme } from './tokens.js';

/** A word that only the document has. */
export const CANARY = 'canary-of-the-document';

export const basic = new HTTPBasic({ realm: 'docs' });
export const keyInQuery = new APIKeyQuery({ name: 'api_key', schemeName: 'key' });
export const oauth2 = testScheme();
export const optional = new HTTPBearer({ schemeName: 'optional', autoError: false });
export const withoutStrategy = new APIKeyHeader({ name: 'X-Key', schemeName: 'unchecked' });

@Injectable()
class PasswordStrategy extends BasicStrategy {
  validate(username: string, password: string) {
    if (username === 'broken') throw new Error('The store is down.');
    return password === 'secret' && { name: username, scopes: username === 'writer' ? ['docs'] : [] };
  }
}
@Injectable()
class KeyStrategy extends ApiKeyStrategy {
  validate(hash: string) {
    return hash === ApiKeyStrategy.hash('a-key') ? { name: 'machine' } : null;
  }
}

@Controller('cats')
class CatsController {
  @Get() @Public() [CANARY]() {
    return 'public';
  }
}

@Module({
  imports: [
    AuthModule.forRoot({
      schemes: [
        { scheme: basic, strategy: PasswordStrategy },
        { scheme: keyInQuery, strategy: KeyStrategy },
        { scheme: oauth2, strategy: TestStrategy },
        { scheme: optional, strategy: TestStrategy },
        { scheme: withoutStrategy },
      ],
    }),
  ],
  controllers: [CatsController],
})
export class DocsApp {}

/** A document with the canary in its title. */
export const canaryDocument = (app: INestApplication) => createSecureDocument(app, new DocumentBuilder().setTitle(CANARY).build());

/** Serves the document at a path, guarded. */
export function guardedDocs(path: string, swagger: SwaggerCustomOptions = {}, what: SecurityScheme = basic, options: ProtectDocsOptions = {}): SetUp {
  return (app) => { SwaggerModule.setup(path, protectDocs(app, what, options), canaryDocument(app), { customSiteTitle: CANARY, ...swagger }); };
}

/** The field of Basic. */
export const asUser = (name: string, password = 'secret') =>
  ['Authorization', `Basic ${Buffer.from(`${name}:${password}`).toString('base64')}`] as const;
