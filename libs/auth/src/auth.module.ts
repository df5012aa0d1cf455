import { ConfigurableModuleBuilder, Global, Inject, Logger, Module } from '@nestjs/common';
import type { DynamicModule, ModuleMetadata, NestModule, OnApplicationBootstrap, OnModuleInit, Provider } from '@nestjs/common';
import { APP_GUARD, DiscoveryModule, DiscoveryService, HttpAdapterHost, ModuleRef, Reflector } from '@nestjs/core';
import { ExternalContextCreator } from '@nestjs/core/helpers/external-context-creator.js';
import { authSettings, SETTINGS } from './auth.options.js';
import type { AuthModuleOptions, AuthSettings } from './auth.options.js';
import { implementations } from './dependencies/implementations.js';
import { DependencyInstances } from './dependencies/instances.js';
import { declaredTrees, DependencyPlans } from './dependencies/plans.js';
import { TreeBuilder } from './dependencies/tree.js';
import { describeFindings } from './errors.js';
import { markFormRoute, prepareFormBodies } from './forms/form-bodies.js';
import { EveryRouteGuard } from './guards/every-route.guard.js';
import { Gate } from './guards/gate.js';
import { observeEnd } from './guards/release.interceptor.js';
import { requestSecurityScopes } from './guards/request-security-scopes.js';
import { GATE } from './guards/scopes.guard.js';
import { DOCUMENT_PARTS, documentParts } from './openapi/document-parts.js';
import { annotateHandlers } from './openapi/plain-document.js';
import { Audit } from './routes/audit.js';
import { exploreRoutes, learnReplacedHandlers } from './routes/explorer.js';
import { Notices } from './routes/notices.js';
import { OutsideRoutes } from './routes/outside-routes.js';
import { ResourceRoute } from './routes/resource-route.js';
import { RouteTable } from './routes/route-table.js';
import { SecurityScopes } from './scopes/security-scopes.js';
import { StrategyRegistry } from './strategies/strategy-registry.js';

/** What strategies need: beside the options in `forRoot` and `forRootAsync`. */
export type AuthModuleExtras = Pick<ModuleMetadata, 'imports' | 'providers'>;

/** Nest names this token where `AuthModule` is imported bare, so it says what to do. */
const optionsInjectionToken = Symbol.for('nestjs-scopes: import AuthModule.forRoot(...), not AuthModule');
const { ConfigurableModuleClass, MODULE_OPTIONS_TOKEN } = new ConfigurableModuleBuilder<AuthModuleOptions>({ optionsInjectionToken })
  .setClassMethodName('forRoot')
  .setExtras<AuthModuleExtras>({}, (definition, { imports = [], providers = [] }) => ({
    ...definition,
    imports: [...new Set([...(definition.imports ?? []), ...imports])],
    providers: [...(definition.providers ?? []), ...providers],
  }))
  .build();

const parts: Provider[] = [
  { provide: SETTINGS, inject: [MODULE_OPTIONS_TOKEN], useFactory: authSettings },
  {
    provide: RouteTable,
    inject: [DiscoveryService, Reflector, SETTINGS, TreeBuilder],
    useFactory: (...explored: Parameters<typeof exploreRoutes>) => {
      const table = exploreRoutes(...explored);
      annotateHandlers(table);
      for (const handler of formHandlersOf(table)) markFormRoute(handler);
      for (const { handler } of table.rows.filter(({ isReleasing }) => isReleasing)) observeEnd(handler);
      return table;
    },
  },
  { provide: TreeBuilder, inject: [DiscoveryService], useFactory: (discovery: DiscoveryService) => declaredTrees(implementations(discovery)) },
  StrategyRegistry,
  { provide: DependencyPlans, inject: [TreeBuilder], useFactory: (declared: TreeBuilder) => new DependencyPlans(declared) },
  Audit,
  Notices,
  { provide: OutsideRoutes, inject: [HttpAdapterHost], useFactory: (host: HttpAdapterHost) => new OutsideRoutes(host) },
  ResourceRoute,
  {
    provide: GATE,
    inject: [RouteTable, SETTINGS, StrategyRegistry, DependencyPlans, TreeBuilder],
    useFactory: (...made: ConstructorParameters<typeof Gate>) => new Gate(...made),
  },
  { provide: DOCUMENT_PARTS, inject: [SETTINGS], useFactory: ({ schemes }: AuthSettings) => documentParts(schemes.map(({ scheme }) => scheme)) },
  { provide: APP_GUARD, useClass: EveryRouteGuard },
  requestSecurityScopes,
];

/**
 * Registers the schemes and strategies of an application, and builds its route table.
 *
 * Import it once, in the root module; the other modules see it without an import. `forRoot` takes
 * {@link AuthModuleOptions}, and `imports` and `providers` for what the strategies inject; `forRootAsync` takes the options
 * from `useFactory`, `useClass` or `useExisting`. What cannot be right stops the application: wrong options when it is
 * made, wrong declarations at `app.init()`, all of them in one {@link AuthConfigurationError}.
 *
 * @example
 * @Module({
 *   imports: [AuthModule.forRoot({ schemes: [{ scheme: oauth2, strategy: UserStrategy }], providers: [UsersService] })],
 *   controllers: [UsersController],
 * })
 * export class AppModule {}
 */
@Global()
@Module({
  imports: [DiscoveryModule],
  providers: parts,
  exports: [GATE, SecurityScopes],
})
export class AuthModule extends ConfigurableModuleClass implements NestModule, OnModuleInit, OnApplicationBootstrap {
  readonly #logger = new Logger(AuthModule.name);

  constructor(
    @Inject(SETTINGS) private readonly settings: AuthSettings,
    private readonly table: RouteTable,
    private readonly strategies: StrategyRegistry,
    private readonly discovery: DiscoveryService,
    private readonly audit: Audit,
    private readonly notices: Notices,
    private readonly moduleRef: ModuleRef,
    private readonly http: HttpAdapterHost,
    private readonly plans: DependencyPlans,
    private readonly contexts: ExternalContextCreator,
    private readonly resource: ResourceRoute,
  ) {
    super();
  }

  static override forRoot(options: AuthModuleOptions & AuthModuleExtras): DynamicModule {
    const definition = super.forRoot(options);
    // Checked here already: the error then points at the line of the call.
    const { schemes } = authSettings(options);
    const strategies = schemes.flatMap(({ strategy }) => strategy ?? []);
    // By itself, so that a test can replace what parameters take of it: overrideProvider(scheme).
    const replaceable = schemes.map(({ scheme }) => ({ provide: scheme as never, useValue: scheme }));
    return { ...definition, providers: [...new Set([...strategies, ...(definition.providers ?? [])]), ...replaceable] };
  }

  /** Nest asks modules for what stands before the routes of controllers. */
  configure(): void {
    this.resource.register();
  }

  /** All providers exist by now. */
  async onModuleInit(): Promise<void> {
    await this.strategies.bind(this.settings.schemes, this.moduleRef);
    const instances = new DependencyInstances(this.moduleRef, this.discovery, this.contexts);
    this.plans.bind(this.table.rows, ({ controller, methodName }) => `${controller.name}.${methodName}`, instances, this.settings.registered);
    learnReplacedHandlers(this.table, this.discovery);
  }

  async onApplicationBootstrap(): Promise<void> {
    if (formHandlersOf(this.table).length > 0) prepareFormBodies(this.http.httpAdapter);
    const contradictions = this.settings.discovery === 'start' ? await this.strategies.prepare() : [];
    const findings = this.audit.refuse([...this.resource.describe(), ...contradictions]);
    if (findings.length > 0) this.#logger.warn(describeFindings(findings));
    for (const text of [...this.notices.texts(), ...this.resource.notices()]) this.#logger.warn(text);
  }
}

function formHandlersOf({ rows }: RouteTable): readonly object[] {
  return rows.filter(({ form }) => form !== undefined).map(({ handler }) => handler);
}
