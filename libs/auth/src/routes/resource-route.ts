import { Inject, Injectable, RequestMethod } from '@nestjs/common';
import { ApplicationConfig, DiscoveryService, HttpAdapterHost, ModulesContainer } from '@nestjs/core';
import { SETTINGS } from '../auth.options.js';
import type { AuthSettings } from '../auth.options.js';
import { AuthConfigurationError, invalidOption } from '../errors.js';
import type { Finding } from '../errors.js';
import { isBearer } from '../schemes/scheme.js';
import type { SecurityScheme } from '../schemes/scheme.js';
import { SecurityScopes } from '../scopes/security-scopes.js';
import { StrategyRegistry } from '../strategies/strategy-registry.js';
import { OutsideRoutes } from './outside-routes.js';
import type { Protection } from './outside-routes.js';
import { metadataFindings, resourceMetadata } from './resource-metadata.js';
import { routePaths } from './route-paths.js';
import { RouteTable } from './route-table.js';

const WHERE = 'AuthModule.forRoot';

/** Clients without a token read it. */
const FOR_ALL: Protection = Object.freeze({
  requirement: Object.freeze([]),
  required: new SecurityScopes(),
  source: Object.freeze({ level: 'app', declaredBy: WHERE, decorator: 'resource', scheme: null, scopes: Object.freeze([]) } as const),
});

/** Serves the description of the protected resource, which nothing in a request changes. @see RFC 9728 §3 */
@Injectable()
export class ResourceRoute {
  #text = '';

  constructor(
    @Inject(SETTINGS) private readonly settings: AuthSettings,
    private readonly table: RouteTable,
    private readonly strategies: StrategyRegistry,
    private readonly outside: OutsideRoutes,
    private readonly host: HttpAdapterHost,
    private readonly discovery: DiscoveryService,
    private readonly modules: ModulesContainer,
    private readonly config: ApplicationConfig,
  ) {
    const { resource } = settings;
    if (resource !== null) outside.announce({ method: 'GET', path: resource.metadataPath, protection: FOR_ALL });
  }

  /** Registers the route: on the adapter, where no prefix and no version is put before it, and ahead of the wildcards of controllers. */
  register(): void {
    const { resource } = this.settings;
    if (resource === null) return;
    this.refuseOther(resource.metadataPath);
    const { httpAdapter } = this.host;
    const answer = (_request: unknown, response: unknown): void => {
      httpAdapter.setHeader(response, 'Content-Type', 'application/json');
      // Clients in browsers read it too, and it depends on nobody.
      httpAdapter.setHeader(response, 'Access-Control-Allow-Origin', '*');
      httpAdapter.reply(response, this.#text, 200);
    };
    this.outside.protect(answer, FOR_ALL);
    try {
      httpAdapter.get(resource.metadataPath, answer);
    } catch (cause) {
      const mend = 'remove the other one; import AuthModule.forRoot(...) once.';
      throw new AuthConfigurationError([{ code: 'invalid-option', where: WHERE, problem: `resource is served at ${resource.metadataPath}, and the server has such a route already`, mend }], { cause });
    }
  }

  /** Writes the description, once the strategies are there. Returns what is wrong with it. */
  describe(): readonly Finding[] {
    const { resource } = this.settings;
    if (resource === null) return [];
    const issuers = this.bearerSchemes().flatMap((scheme) => this.strategies.issuersOf(scheme));
    const metadata = resourceMetadata(resource, issuers, this.table);
    this.#text = JSON.stringify(metadata);
    return metadataFindings(metadata);
  }

  /** For the log: what clients get that do as the description says. @see RFC 8707 §2 */
  notices(): readonly string[] {
    const { resource } = this.settings;
    const audiences = this.bearerSchemes().flatMap((scheme) => this.strategies.audiencesOf(scheme));
    if (resource === null || audiences.length === 0 || audiences.includes(resource.identifier)) return [];
    return [`resource is ${resource.identifier}, which is not among the audiences of the strategies (${audiences.join(', ')}): tokens that clients ask for by it are refused, unless the provider names this API otherwise.`];
  }

  private bearerSchemes(): readonly SecurityScheme[] {
    return this.settings.schemes.map(({ scheme }) => scheme).filter(isBearer);
  }

  /** Express would never call it. */
  private refuseOther(path: string): void {
    const paths = routePaths(this.config, this.modules, this.discovery);
    const other = this.table.rows.find((row) => paths(row).some((mapped) => mapped.path === path && [RequestMethod.GET, RequestMethod.ALL].includes(mapped.method)));
    if (other === undefined) return;
    const mend = 'remove the method, or leave the option out.';
    throw invalidOption(`${other.controller.name}.${other.methodName}`, `has the path ${path}, which the option resource of ${WHERE} serves`, mend);
  }
}
