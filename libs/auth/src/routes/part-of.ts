import type { INestApplicationContext } from '@nestjs/common';
import { AuthConfigurationError } from '../errors.js';

/** A part that `AuthModule` provides, for functions that get the application. */
export function partOf<T>(app: INestApplicationContext, token: symbol | (new (...args: never[]) => T)): T {
  try {
    return app.get<T>(token, { strict: false });
  } catch (cause) {
    const mend = 'add AuthModule.forRoot(...) to the imports of the root module.';
    throw new AuthConfigurationError([{ code: 'module-not-imported', where: 'the application', problem: 'AuthModule is not imported', mend }], { cause });
  }
}
