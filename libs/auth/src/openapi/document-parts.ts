import type * as swaggerPackage from '@nestjs/swagger';
import type { SecurityScheme } from '../schemes/scheme.js';

/** What a document is made with. `swagger` is `null` where @nestjs/swagger is not installed. */
export interface DocumentParts {
  readonly swagger: Pick<typeof swaggerPackage, 'SwaggerModule'> | null;
  readonly schemes: readonly SecurityScheme[];
}

/** The injection token of {@link DocumentParts}. */
export const DOCUMENT_PARTS = Symbol.for('nestjs-scopes:document-parts');

/** @nestjs/swagger is an optional peer: it is looked for while the application is made, and may be missing. */
export async function documentParts(schemes: readonly SecurityScheme[]): Promise<DocumentParts> {
  try {
    return { swagger: await import('@nestjs/swagger'), schemes };
  } catch (error) {
    // The code alone: in a test runner's own realm the error is no instance of its `Error`.
    const { code } = error as { code?: unknown };
    if (code === 'ERR_MODULE_NOT_FOUND' || code === 'MODULE_NOT_FOUND') return { swagger: null, schemes };
    throw error;
  }
}
