import { METHOD_METADATA, MODULE_PATH, PATH_METADATA, VERSION_METADATA } from '@nestjs/common/constants.js';
import type { RequestMethod } from '@nestjs/common';
import type { VersionValue } from '@nestjs/common/interfaces/version-options.interface.js';
import type { ApplicationConfig, DiscoveryService, ModulesContainer } from '@nestjs/core';
import { RoutePathFactory } from '@nestjs/core/router/route-path-factory.js';
import type { RouteRow } from './route-table.js';

/** Where a route is mapped. */
export interface MappedPath {
  readonly method: RequestMethod;
  readonly path: string;
}

/**
 * The paths of a row, made by Nest's own factory from the same metadata that its router reads: module path, controller
 * path, method path, global prefix with its exclusions, URI version.
 */
export function routePaths(config: ApplicationConfig, { applicationId }: ModulesContainer, discovery: DiscoveryService): (row: RouteRow) => readonly MappedPath[] {
  const factory = new RoutePathFactory(config);
  const prefix = config.getGlobalPrefix();
  const versioning = config.getVersioning();

  const modulesOf = new Map<unknown, object[]>();
  for (const { metatype, host } of discovery.getControllers()) {
    if (host !== undefined) modulesOf.set(metatype, [...(modulesOf.get(metatype) ?? []), host.metatype]);
  }

  return ({ controller, handler }) => {
    const method = metadata(METHOD_METADATA, handler) as RequestMethod;
    const found = (modulesOf.get(controller) ?? []).flatMap((module) =>
      listOf(metadata(PATH_METADATA, controller)).flatMap((ctrlPath) =>
        listOf(metadata(PATH_METADATA, handler)).flatMap((methodPath) =>
          factory.create(
            {
              ctrlPath: withSlash(ctrlPath),
              methodPath: withSlash(methodPath),
              modulePath: (metadata(MODULE_PATH + applicationId, module) ?? metadata(MODULE_PATH, module)) as string | undefined,
              globalPrefix: prefix === '' ? undefined : withSlash(prefix),
              controllerVersion: versioning && ((metadata(VERSION_METADATA, controller) ?? versioning.defaultVersion) as VersionValue | undefined),
              methodVersion: metadata(VERSION_METADATA, handler) as VersionValue | undefined,
              versioningOptions: versioning,
            },
            method,
          ),
        ),
      ),
    );
    return [...new Set(found)].map((path) => ({ method, path }));
  };
}

function metadata(key: string, target: object): unknown {
  return Reflect.getMetadata(key, target);
}

/** A path, or several. */
function listOf(paths: unknown): readonly string[] {
  return (typeof paths === 'string' ? [paths] : paths) as readonly string[];
}

function withSlash(path: string): string {
  return path.startsWith('/') ? path : `/${path}`;
}
