import { BadRequestException, Body, createParamDecorator } from '@nestjs/common';
import type { ExecutionContext } from '@nestjs/common';
import * as api from 'nestjs-scopes';
import { Depends, Form, RequiredScopes, Security } from 'nestjs-scopes';
import type { DependencyClass, DependencyOptions, FormClass, OAuth2PasswordRequestForm, SecurityScheme, SecurityScopes } from 'nestjs-scopes';
import type { Use } from './declaration.js';

/** The decorator that stands for a parameter of a handler or of a function. */
export function parameterDecorator(use: Use, targets: Targets): ParameterDecorator {
  const { kind, class: form = '', use_cache: useCache = true } = use;
  if (kind === 'depends') return Depends(targetOf(use, targets), { useCache });
  if (kind === 'security') return Security(targetOf(use, targets), optionsOf(use));
  if (kind === 'security_scopes') return RequiredScopes();
  if (kind === 'form') return Form((api as unknown as Readonly<Record<string, FormClass>>)[form] as FormClass);
  if (kind === 'json_body') return Body({ transform: (body: unknown) => modelOf(use, body) });
  return OfRequest(use.name, checked(use));
}

/** The decorator of a member of a list: of the class, or of the method. */
export function requirement(use: Use, targets: Targets): ClassDecorator & MethodDecorator {
  return Security(targets.listed(use), optionsOf(use));
}

/** A member of the application's list. */
export function appDependency(use: Use, targets: Targets): DependencyOptions {
  return { dependency: targets.listed(use), ...optionsOf(use) };
}

function optionsOf({ scopes, use_cache: useCache }: Use): { scopes?: readonly string[]; useCache?: boolean } {
  return { ...(scopes !== undefined && { scopes }), ...(useCache !== undefined && { useCache }) };
}

/** What uses name: schemes, and the classes that functions have become. */
export interface Targets {
  readonly get: (ref: string) => SecurityScheme | DependencyClass | undefined;
  /** What stands for a use in a list. */
  readonly listed: (use: Use) => SecurityScheme | DependencyClass;
}

function targetOf({ ref = '' }: Use, targets: Targets): SecurityScheme | DependencyClass {
  const target = targets.get(ref);
  if (target === undefined) throw new Error(`There is no ${ref}.`);
  return target;
}

interface ParsedRequest {
  readonly params?: Readonly<Record<string, unknown>>;
  readonly query?: Readonly<Record<string, unknown>>;
}

/** A parameter of the path where it has one of the name, else of the query. */
const OfRequest = createParamDecorator((name: string, context: ExecutionContext): unknown => {
  const { params = {}, query = {} } = context.switchToHttp().getRequest<ParsedRequest>();
  return Object.hasOwn(params, name) ? params[name] : query[name];
});

/** What FastAPI's types do with a text. */
const TYPES: Readonly<Record<string, (text: string) => unknown>> = {
  int: (text) => (/^[+-]?\d+$/.test(text) ? Number(text) : undefined),
  float: (text) => (text.trim() === '' || Number.isNaN(Number(text)) ? undefined : Number(text)),
  bool: (text) => ({ true: true, false: false, '1': true, '0': false })[text.toLowerCase()],
};

function checked({ name, type = 'str', required = true }: Use): { readonly transform: (text: unknown) => unknown } {
  return {
    transform(text: unknown): unknown {
      if (text === undefined && !required) return null;
      const value = typeof text === 'string' ? (TYPES[type] ?? String)(text) : undefined;
      if (value === undefined) throw new BadRequestException(`${name} is not of the type ${type}`);
      return value;
    },
  };
}

/** The declared fields of a JSON body. */
function modelOf({ name, fields = {} }: Use, body: unknown): object {
  const names = Array.isArray(fields) ? (fields as readonly string[]) : Object.keys(fields as object);
  if (typeof body !== 'object' || body === null || !names.every((field) => Object.hasOwn(body, field))) throw new BadRequestException(`${name} lacks a field`);
  return Object.fromEntries(names.map((field) => [field, Reflect.get(body, field) as unknown]));
}

/** A parameter's value under FastAPI's names. */
export function valueOf({ kind }: Use, value: unknown): unknown {
  if (kind === 'security_scopes') return (value as SecurityScopes).scopes;
  if (kind !== 'form') return value;
  const { grantType, username, password, scopes, clientId, clientSecret } = value as OAuth2PasswordRequestForm;
  return { grant_type: grantType, username, password, scopes, client_id: clientId, client_secret: clientSecret };
}
