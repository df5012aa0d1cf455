import { Controller, Get } from '@nestjs/common';
import { ApiOperation, ApiTags } from '@nestjs/swagger';
import { anyOf, CurrentPrincipal, CurrentUser, Security } from 'nestjs-scopes';
import type { Principal } from 'nestjs-scopes';
import { apiKeyCookie, apiKeyHeader, apiKeyQuery, basic, bearer, digest, optionalApiKey } from '../security.js';
import type { User } from '../users/users.service.js';
import type { Client } from './key.strategy.js';

/** What each route answers: who called. */
interface Caller {
  readonly caller: string;
}

/** One route per scheme, and one with alternatives. */
@Controller('schemes')
@ApiTags('schemes')
export class SchemesController {
  @Get('api-key-header')
  @Security(apiKeyHeader)
  @ApiOperation({ summary: 'An API key in the header field X-API-Key.' })
  apiKeyHeader(@CurrentUser() { name }: Client): Caller {
    return { caller: name };
  }

  @Get('api-key-query')
  @Security(apiKeyQuery)
  @ApiOperation({ summary: 'An API key in the query parameter api_key.' })
  apiKeyQuery(@CurrentUser() { name }: Client): Caller {
    return { caller: name };
  }

  @Get('api-key-cookie')
  @Security(apiKeyCookie)
  @ApiOperation({ summary: 'An API key in the cookie session.' })
  apiKeyCookie(@CurrentUser() { name }: Client): Caller {
    return { caller: name };
  }

  @Get('basic')
  @Security(basic)
  @ApiOperation({ summary: 'A user name and a password, with every request.' })
  basic(@CurrentUser() { username }: User): Caller {
    return { caller: username };
  }

  @Get('digest')
  @Security(digest)
  @ApiOperation({ summary: 'A proof of the password. Swagger cannot ask for it; the browser does.' })
  digest(@CurrentUser() { username }: User): Caller {
    return { caller: username };
  }

  @Get('bearer')
  @Security(bearer)
  @ApiOperation({ summary: 'An access token, pasted by hand.' })
  bearer(@CurrentUser() { username }: User): Caller {
    return { caller: username };
  }

  @Get('optional')
  @Security(optionalApiKey)
  @ApiOperation({ summary: 'An API key, or nobody.' })
  optional(@CurrentUser() client: Client | null): Caller {
    return { caller: client?.name ?? 'nobody' };
  }

  @Get('either')
  @Security(anyOf(bearer, apiKeyHeader))
  @ApiOperation({ summary: 'An access token, or an API key.' })
  either(@CurrentPrincipal() { scheme }: Principal): Caller {
    return { caller: `somebody with ${String(scheme)}` };
  }
}
