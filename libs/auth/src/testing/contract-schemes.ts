import type { AuthSettings } from '../auth.options.js';
import type { SecuritySchemeObject } from '../schemes/scheme.js';
import { documentedSchemes } from './documented-operations.js';
import type { OpenAPIDocument } from './documented-operations.js';
import { wireOf } from './wire.js';
import type { Wire } from './wire.js';

/** A scheme that the document or the application names. */
export interface ContractScheme {
  readonly name: string;
  readonly isDocumented: boolean;
  /** `null`: no request can hold its credentials. */
  readonly wire: Wire | null;
  /** Whether the document lists its scopes. @see OpenAPI 3.0.4 §4.8.30: for oauth2 and openIdConnect only */
  readonly listsScopes: boolean;
  /** `code`: registered without a strategy, so that code checks the credentials. `nobody`: not registered. */
  readonly verifiedBy: 'strategy' | 'code' | 'nobody';
}

/** The schemes of the document and of the application by name; where both describe one, the document counts. */
export function contractSchemes(document: OpenAPIDocument, { schemes }: AuthSettings): ReadonlyMap<string, ContractScheme> {
  const registered = new Map(schemes.map(({ scheme, strategy }) => [scheme.name, { object: scheme.openapi, verifiedBy: strategy === undefined ? 'code' : 'strategy' } as const]));
  const objects = new Map<string, Partial<SecuritySchemeObject>>([...registered].map(([name, { object }]) => [name, object]));
  const documented = documentedSchemes(document);
  for (const [name, object] of documented) objects.set(name, object);
  return new Map([...objects].map(([name, object]) => {
    const listsScopes = !document.openapi.startsWith('3.0') || object.type === 'oauth2' || object.type === 'openIdConnect';
    return [name, { name, isDocumented: documented.has(name), wire: wireOf(object), listsScopes, verifiedBy: registered.get(name)?.verifiedBy ?? 'nobody' }];
  }));
}
