import { BadRequestException, Body, Param, Query } from '@nestjs/common';
import type { PipeTransform } from '@nestjs/common';
import * as api from 'nestjs-scopes';
import { Depends, Form, Security } from 'nestjs-scopes';
import type { FormClass, OAuth2PasswordRequestForm, SecurityScheme } from 'nestjs-scopes';
import type { Use } from './declaration.js';
import type { SchemeObjects } from './scheme-objects.js';

/** The decorator that stands for a parameter of a handler. */
export function parameterDecorator(use: Use, path: string, schemes: SchemeObjects): ParameterDecorator {
  const { name, kind, class: form = '' } = use;
  if (kind === 'depends') return Depends(schemeOf(use, schemes));
  if (kind === 'security') return requirement(use, schemes);
  if (kind === 'form') return Form((api as unknown as Readonly<Record<string, FormClass>>)[form] as FormClass);
  if (kind === 'json_body') return Body({ transform: (body: unknown) => modelOf(use, body) });
  return path.includes(`{${name}}`) ? Param(name, checked(use)) : Query(name, checked(use));
}

/** The decorator of a scheme in a list: of the class, or of the method. */
export function requirement(use: Use, schemes: SchemeObjects): ClassDecorator & MethodDecorator & ParameterDecorator {
  return Security(schemeOf(use, schemes), use.scopes === undefined ? {} : { scopes: use.scopes });
}

function schemeOf({ ref = '' }: Use, schemes: SchemeObjects): SecurityScheme {
  const scheme = schemes.get(ref);
  if (scheme === undefined) throw new Error(`There is no scheme ${ref}.`);
  return scheme;
}

/** What FastAPI's types do with a text. */
const TYPES: Readonly<Record<string, (text: string) => unknown>> = {
  int: (text) => (/^[+-]?\d+$/.test(text) ? Number(text) : undefined),
  float: (text) => (text.trim() === '' || Number.isNaN(Number(text)) ? undefined : Number(text)),
  bool: (text) => ({ true: true, false: false, '1': true, '0': false })[text.toLowerCase()],
};

function checked({ name, type = 'str', required = true }: Use): PipeTransform {
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
  if (kind !== 'form') return value;
  const { grantType, username, password, scopes, clientId, clientSecret } = value as OAuth2PasswordRequestForm;
  return { grant_type: grantType, username, password, scopes, client_id: clientId, client_secret: clientSecret };
}
