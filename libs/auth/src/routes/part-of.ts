import type { INestApplicationContext } from '@nestjs/common';
import { ModulesContainer } from '@nestjs/core';
import { AuthConfigurationError } from '../errors.js';

/**
 * A part that `AuthModule` provides, for functions that get the application. Asked for what is not there, Nest's own
 * `app.get` would log that and end the process.
 */
export function partOf<T>(app: INestApplicationContext, token: symbol | (new (...args: never[]) => T)): T {
  for (const module of app.get(ModulesContainer).values()) {
    const provider = module.providers.get(token as never);
    if (provider !== undefined) return provider.instance as T;
  }
  const mend = 'add AuthModule.forRoot(...) to the imports of the root module.';
  throw new AuthConfigurationError([{ code: 'module-not-imported', where: 'the application', problem: 'AuthModule is not imported', mend }]);
}
