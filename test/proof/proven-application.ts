import type { INestApplication } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import { DocumentBuilder } from '@nestjs/swagger';
import type { OpenAPIObject } from '@nestjs/swagger';
import * as fc from 'fast-check';
import type { AddressInfo } from 'node:net';
import { AuthConfigurationError, createSecureDocument, describeSecurity } from 'nestjs-scopes';
import type { RouteDescription } from 'nestjs-scopes';
import { httpAdapter } from '../support/running-app.js';
import type { Adapter } from '../support/running-app.js';
import { expectedAnswer } from './answer-model.js';
import { classNameOf, routesOf, whereOf } from './application.js';
import type { Application, Route } from './application.js';
import { builtModule, setUp } from './built-application.js';
import { callerOf, callerPlans } from './caller.arbitrary.js';
import type { CallerPlan } from './caller.arbitrary.js';
import { methodOf, presentedTo, requestOf } from './callers.js';
import type { Caller } from './callers.js';
import { Client } from './client.js';
import { readingOf, securityIn } from './document-evaluator.js';
import type { Security } from './document-evaluator.js';
import { expectedFor } from './merging-model.js';
import type { Expected } from './merging-model.js';
import { mistakesIn } from './mistakes-model.js';
import type { Tally } from './tally.js';

const CALLERS = 20;

/** Starts a made-up application, calls it, and returns every disagreement between it, its document and the model. */
export async function disagreementsOf(application: Application, seed: number, adapter: Adapter, tally: Tally): Promise<readonly string[]> {
  const mistakes = mistakesIn(application).map(({ code, where }) => `${code} ${where}`);
  const app = await NestFactory.create(builtModule(application), httpAdapter(adapter), { logger: false, abortOnError: false });
  try {
    setUp(application, app);
    await app.listen(0, '127.0.0.1');
  } catch (error) {
    await app.close();
    if (!(error instanceof AuthConfigurationError)) throw error;
    tally.refused += 1;
    return differences('mistakes', [...new Set(error.findings.map(({ code, where }) => `${code} ${where}`))], mistakes);
  }
  try {
    if (mistakes.length > 0) return [`it started, with ${mistakes.join(', ')}`];
    tally.started += 1;
    return await new StartedApplication(application, app, tally).disagreements(fc.sample(callerPlans, { seed, numRuns: CALLERS }));
  } finally {
    await app.close();
  }
}

/** A route with all that is known about it. */
interface KnownRoute {
  readonly route: Route;
  readonly expected: Expected;
  readonly path: string;
  readonly method: string;
  readonly security: Security;
}

class StartedApplication {
  readonly #client: Client;
  readonly #document: OpenAPIObject;
  readonly #described: readonly RouteDescription[];

  constructor(
    private readonly application: Application,
    app: INestApplication,
    private readonly tally: Tally,
  ) {
    this.#client = new Client((app.getHttpServer() as { address(): AddressInfo }).address().port);
    const config = new DocumentBuilder().setOpenAPIVersion('3.1.0');
    if (this.#documentsDefault()) config.addSecurityRequirements('documented');
    this.#document = createSecureDocument(app, config.build());
    this.#described = describeSecurity(app);
  }

  async disagreements(plans: readonly CallerPlan[]): Promise<readonly string[]> {
    const expectedRoutes = routesOf(this.application);
    const wheres = differences('routes', this.#described.map(({ controller, handler }) => `${controller}.${handler}`), expectedRoutes.map(whereOf));
    if (wheres.length > 0 || expectedRoutes.length === 0) return wheres;
    const routes = expectedRoutes.map((route) => this.#known(route));
    const ofDocument = routes.flatMap((route) => this.#documented(route));
    const closed = routes.filter(({ expected }) => expected.access === 'protected');
    const ofCallers = await Promise.all(plans.map((plan) => {
      const all = plan.isOfProtected && closed.length > 0 ? closed : routes;
      return this.#called(all[plan.route % all.length] as KnownRoute, plan);
    }));
    this.#client.close();
    return [...ofDocument, ...ofCallers.flat()];
  }

  /** What is written by hand speaks for all routes that nothing of the library covers. */
  #documentsDefault(): boolean {
    return this.application.mapping.hasDocumentSecurity && routesOf(this.application).every((route) => expectedFor(this.application, route).access !== 'open');
  }

  #known(route: Route): KnownRoute {
    const method = methodOf(route.verb);
    const end = `/${classNameOf(route.controller).toLowerCase()}/${route.method}`;
    const path = Object.keys(this.#document.paths).find((each) => each.endsWith(end)) ?? end;
    return { route, expected: expectedFor(this.application, route), path, method, security: securityIn(this.#document, path, method) };
  }

  /** The document and `describeSecurity` say what the model says. */
  #documented({ route, expected, path, security }: KnownRoute): readonly string[] {
    const where = whereOf(route);
    const row = this.#described.find(({ controller, handler }) => `${controller}.${handler}` === where);
    const ways = expected.ways.map(({ terms }) => Object.fromEntries([...terms].map(([scheme, scopes]) => [scheme, [...scopes]])));
    return [
      ...differences(`${where}, access`, [String(row?.access), String(row?.path)], [expected.access, path]),
      ...differences(`${where}, described`, (row?.security ?? []).map(alternativeText), ways.map(alternativeText)),
      ...differences(`${where}, document`, security.map(alternativeText), (ways.length === 0 ? [{}] : ways).map(alternativeText)),
    ];
  }

  async #called({ route, expected, path, method, security }: KnownRoute, plan: CallerPlan): Promise<readonly string[]> {
    const caller = callerOf(plan, security);
    const { headers, query } = requestOf(caller);
    const version = this.application.classes[route.controller]?.version ?? null;
    const versions = this.application.mapping.versioning === 'HEADER' && version !== null ? ['X-Version', version] : [];
    const { status, challenges } = await this.#client.send(method, `${path}${query}`, [...headers, ...versions]);

    const { schemes } = this.application;
    const presented = (name: string) => {
      const scheme = schemes.find((each) => each.name === name);
      return scheme === undefined ? 'absent' : presentedTo(scheme, caller, method);
    };
    const isVerified = expected.ways.every(({ terms }) => [...terms.keys()].every((name) => schemes.some((scheme) => scheme.name === name && scheme.hasStrategy)));
    const answer = expectedAnswer(expected, presented, isVerified);
    const reading = readingOf(security, presented, expected.schemes.filter((name) => security.every((alternative) => !(name in alternative))));
    const isLetIn = status >= 200 && status < 300;
    this.tally.count(isLetIn, reading);

    const told = `${method} ${path} (${whereOf(route)}) answered ${String(status)} to ${textOfCaller(caller)}`;
    return [
      ...(reading === 'let in' && !isLetIn ? [`${told}; the document lets in: ${security.map(alternativeText).join(' or ')}`] : []),
      ...(reading === 'refused' && isLetIn ? [`${told}; the document refuses: ${security.map(alternativeText).join(' or ')}`] : []),
      ...(answer.isLetIn === isLetIn ? [] : [`${told}; the model ${answer.isLetIn ? 'lets in' : 'refuses'}`]),
      ...(isLetIn || answer.isLetIn || answer.refusals.includes(status) ? [] : [`${told}; the model says ${answer.refusals.join(' or ')}`]),
      ...(status === 401 && challenges.length === 0 ? [`${told}; without a challenge`] : []),
    ];
  }
}

function differences(what: string, actual: readonly string[], expected: readonly string[]): readonly string[] {
  const more = actual.filter((each) => !expected.includes(each));
  const fewer = expected.filter((each) => !actual.includes(each));
  return more.length + fewer.length === 0 ? [] : [`${what}: it has ${more.join(' or ') || 'nothing'} where the model has ${fewer.join(' or ') || 'nothing'}`];
}

function alternativeText(alternative: Readonly<Record<string, readonly string[]>>): string {
  const schemes = Object.entries(alternative).map(([name, scopes]) => `${name}${scopes.length === 0 ? '' : `(${[...new Set(scopes)].sort().join(' ')})`}`);
  return `{ ${schemes.sort().join(', ')} }`;
}

function textOfCaller(caller: Caller): string {
  const sent = Object.entries(caller).filter(([, value]) => value !== null && value !== false);
  return sent.length === 0 ? 'nobody' : sent.map(([name, value]) => `${name} ${JSON.stringify(value)}`).join(', ');
}
