import type { DynamicModule, INestApplication, Provider } from '@nestjs/common';
import type { OpenAPIObject } from '@nestjs/swagger';

/** What the measured application is made with; the rest of it is the same in every variant. */
export interface Variant {
  /** On every controller and on some of its handlers. */
  readonly Scopes: (...scopes: readonly string[]) => ClassDecorator & MethodDecorator;
  /** On a handler. */
  readonly Public: () => MethodDecorator;
  /** On a parameter of a handler. */
  readonly User: () => ParameterDecorator;
  readonly imports: readonly DynamicModule[];
  readonly providers: readonly Provider[];
  readonly document: (app: INestApplication, config: Omit<OpenAPIObject, 'paths'>) => OpenAPIObject;
}

/**
 * `bare`: Nest without any guard. `guarded`: guards that let everybody in, bound wherever the library binds one, which
 * shows what Nest itself does for a guard. `secure`: the library.
 */
export const VARIANTS = ['bare', 'guarded', 'secure'] as const;
export type VariantName = (typeof VARIANTS)[number];

export const ADAPTERS = ['express', 'fastify'] as const;
export type Adapter = (typeof ADAPTERS)[number];
