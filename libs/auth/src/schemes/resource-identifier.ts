import { invalidOption } from '../errors.js';
import { shown } from './scheme.js';

/** What clients call the protected resource, and where they learn about it. */
export interface ProtectedResource {
  /** As it was given. */
  readonly identifier: string;
  /** Where its description is. @see RFC 9728 §3.1 */
  readonly metadataUrl: string;
  readonly metadataPath: string;
}

const WELL_KNOWN = '/.well-known/oauth-protected-resource';
const LOOPBACK = ['localhost', '127.0.0.1', '[::1]'];
/** Other characters mean something to a router, or are read differently by two of them. */
const PLAIN_PATH = /^(\/[\w.~-]+)*\/?$/;

/** The identifier as given in options: one that two clients could read differently is an error at start. @see RFC 9728 §1.2 */
export function protectedResource(where: string, resource: unknown): ProtectedResource {
  const refuse = (problem: string, mend: string): never => { throw invalidOption(where, `resource ${problem}`, mend); };
  if (typeof resource !== 'string' || !URL.canParse(resource)) {
    return refuse(`is ${typeof resource === 'string' && resource !== '' ? 'not a URL' : shown(resource)}`, "give the URL that clients know the API by: 'https://api.example.com'.");
  }
  const url = new URL(resource);
  if (!isTrustworthy(url)) return refuse('is not an https URL', 'use https; http is for localhost, 127.0.0.1 and [::1] only (RFC 9728 §1.2).');
  if (url.username !== '' || url.password !== '') return refuse('has a user name or password', 'leave it out: everybody can read the URL.');
  if (/[?#]/.test(resource)) return refuse('has a query or a fragment', 'leave it out (RFC 9728 §1.2).');
  if (![resource, `${resource}/`].includes(url.href)) return refuse('is not written as clients compare it', `give ${JSON.stringify(url.href)}.`);
  if (!PLAIN_PATH.test(url.pathname)) return refuse('has a path that routers read differently', 'use letters, digits, "-", ".", "_" and "~" between single slashes.');
  const metadataPath = url.pathname === '/' ? WELL_KNOWN : `${WELL_KNOWN}${url.pathname}`;
  return Object.freeze({ identifier: resource, metadataUrl: `${url.origin}${metadataPath}`, metadataPath });
}

/** Whether nobody on the way can change what is read there: https, or this machine itself. */
export function isTrustworthy({ protocol, hostname }: URL): boolean {
  return protocol === 'https:' || (protocol === 'http:' && LOOPBACK.includes(hostname));
}
