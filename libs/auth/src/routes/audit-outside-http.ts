import type { Type } from '@nestjs/common';
import { MetadataScanner } from '@nestjs/core';
import type { DiscoveryService, Reflector } from '@nestjs/core';
import type { Finding } from '../errors.js';
import { isDeclaredPublic, isPublicOutsideHttp } from '../scopes/declarations.js';
import type { AnyClass } from '../scopes/declarations.js';
import { controllerClasses } from './explorer.js';
import type { Handler } from './route-table.js';

/** What Nest's packages for other transports leave on classes and methods. */
const GATEWAY = 'websockets:is_gateway';
const MESSAGE_PATTERN = ['microservices:pattern'];
const RESOLVER = ['graphql:resolver_type', 'graphql:resolve_property', 'graphql:resolve_reference'];

/** What is reached by another way than an HTTP route, where nothing of ours authenticates anybody, and is not `@Public()`. */
export function outsideHttpFindings(discovery: DiscoveryService, reflector: Reflector): readonly Finding[] {
  const providers = new Set(discovery.getProviders().map(({ metatype }) => metatype));
  const classes = [...providers].filter((type): type is Type => typeof type === 'function' && typeof type.prototype === 'object');
  return [
    ...classes.filter((type) => Reflect.hasMetadata(GATEWAY, type) && !isDeclaredPublic(reflector, type)).map(uncoveredGateway),
    ...controllerClasses(discovery).flatMap((type) => uncovered(type, MESSAGE_PATTERN, reflector).map(uncoveredMessageHandler)),
    ...classes.flatMap((type) => uncovered(type, RESOLVER, reflector).map(uncoveredResolver)),
  ];
}

/** The methods of a class that are marked with one of these keys, inherited ones included, and are not public. */
function uncovered(type: AnyClass, keys: readonly string[], reflector: Reflector): readonly string[] {
  const prototype = type.prototype as object;
  const methods = new MetadataScanner().getAllMethodNames(prototype).filter((name) => {
    const method = Reflect.get(prototype, name) as Handler;
    return keys.some((key) => Reflect.hasMetadata(key, method)) && !isPublicOutsideHttp(reflector, type, method);
  });
  return methods.map((name) => `${type.name}.${name}`);
}

function uncoveredGateway({ name }: AnyClass): Finding {
  return {
    code: 'uncovered-gateway',
    where: name,
    problem: 'is a WebSocket gateway, which no guard covers when a client connects',
    mend: 'check the caller in handleConnection, then mark the class @Public().',
  };
}

function uncoveredMessageHandler(where: string): Finding {
  return {
    code: 'uncovered-message-handler',
    where,
    problem: 'handles messages of a transport, which carry no HTTP credentials',
    mend: 'check the sender in the handler or in a guard of your own, then mark the method @Public().',
  };
}

function uncoveredResolver(where: string): Finding {
  return {
    code: 'uncovered-resolver',
    where,
    problem: 'resolves a field of a GraphQL schema, where no caller is identified',
    mend: 'check the caller in a guard of your own, then mark the method or its class @Public().',
  };
}
