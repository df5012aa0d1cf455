import { invalidOption } from '../errors.js';
import { requireText, shown } from './scheme.js';
import type { OAuthFlowObject, OAuthFlowsObject } from './scheme.js';
import { checkedCatalogue } from './scope-catalogue.js';

/** A flow as it is given; which URLs it needs depends on the flow, and `x-` extensions are kept. */
export interface OAuthFlowOptions {
  /** Where the user logs in: a URL, or a path relative to the document's server. */
  readonly authorizationUrl?: string;
  /** Where the client gets a token. */
  readonly tokenUrl?: string;
  /** Where the client renews a token, if it can. */
  readonly refreshUrl?: string;
  /** The scopes that exist, with a description each. @defaultValue `{}` */
  readonly scopes?: Readonly<Record<string, string>>;
}

/** The flows of OpenAPI, each optional. */
export type OAuthFlowsOptions = Readonly<Partial<Record<keyof OAuthFlowsObject, OAuthFlowOptions>>>;

/** The URLs that a flow must have. @see OpenAPI 3.1 §4.8.29 */
const REQUIRED_URLS: Readonly<Record<keyof OAuthFlowsObject, readonly ('authorizationUrl' | 'tokenUrl')[]>> = {
  implicit: ['authorizationUrl'],
  password: ['tokenUrl'],
  clientCredentials: ['tokenUrl'],
  authorizationCode: ['authorizationUrl', 'tokenUrl'],
};

/** The flows as a frozen copy for the document; a wrong or missing value is an error that names it. */
export function checkedFlows(where: string, flows: unknown): Readonly<OAuthFlowsObject> {
  if (typeof flows !== 'object' || flows === null || Array.isArray(flows)) {
    throw invalidOption(where, `flows is ${shown(flows)}`, "give flows as an object, { clientCredentials: { tokenUrl: 'token' } }.");
  }
  return Object.freeze(Object.fromEntries(Object.entries(flows).map(([name, flow]) => [name, checkedFlow(where, name, flow)])));
}

function checkedFlow(where: string, name: string, flow: unknown): Readonly<OAuthFlowObject> {
  if (!isFlowName(name)) {
    throw invalidOption(where, `flows has the name ${JSON.stringify(name)}`, `use ${Object.keys(REQUIRED_URLS).join(', ')} (OpenAPI 3.1 §4.8.28).`);
  }
  if (typeof flow !== 'object' || flow === null || Array.isArray(flow)) {
    throw invalidOption(where, `flows.${name} is ${shown(flow)}`, "give the flow as an object with its URLs and scopes.");
  }
  const { scopes = {}, ...rest } = flow as OAuthFlowOptions;
  for (const url of REQUIRED_URLS[name]) requireText(where, url, rest[url]);
  for (const url of ['authorizationUrl', 'tokenUrl', 'refreshUrl'] as const) {
    if (rest[url] !== undefined) requireText(where, url, rest[url]);
  }
  return Object.freeze({ ...rest, scopes: checkedCatalogue(where, scopes) });
}

function isFlowName(name: string): name is keyof OAuthFlowsObject {
  return Object.hasOwn(REQUIRED_URLS, name);
}

/** The scopes of all flows together. */
export function scopesOfFlows(flows: Readonly<OAuthFlowsObject>): Readonly<Record<string, string>> {
  return Object.freeze(Object.assign({}, ...Object.values(flows).map(({ scopes }) => scopes)) as Record<string, string>);
}
