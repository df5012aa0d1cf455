import type { AnswerRule } from './rule.js';
import { takesForm } from './sent-form.js';
import { routeFor } from '../controllers-of.js';

const OWN_PAGES = ['/docs', '/redoc', '/openapi.json', '/docs/oauth2-redirect'];

/** Where Nest, Express and Fastify route and validate otherwise than FastAPI; no question of security. */
export const FRAMEWORK_RULES: readonly AnswerRule[] = [
  {
    // FastAPI serves its own pages.
    name: 'framework-docs',
    answer: ({ placed, request, recorded }) => (placed === undefined && recorded.status === 200 && OWN_PAGES.includes(request.path) ? { status: 404, challenge: null } : null),
  },
  {
    // The body names the path here.
    name: 'framework-not-found',
    answer: ({ placed, recorded }, earlier) => (placed === undefined && recorded.status === 404 && earlier.message === 'Not Found' ? { status: 404, challenge: null } : null),
  },
  {
    // 405 with Allow: here a method that nobody handles is a route that is not there.
    name: 'framework-method',
    answer: ({ placed, request, recorded }) => {
      const isMissing = placed === undefined && recorded.status === 405 && request.method !== 'HEAD';
      return isMissing ? { status: 404, challenge: null } : null;
    },
  },
  {
    // HEAD is served wherever GET is, by the same guard. @see RFC 9110 §9.3.2
    name: 'framework-head',
    answer: async ({ declaration, request, recorded, ask }) => {
      if (request.method !== 'HEAD' || recorded.status !== 405) return null;
      if (routeFor(declaration, 'GET', request.path) === undefined) return { status: 404, challenge: null };
      const { status, challenge } = await ask({ ...request, method: 'GET' });
      return { status, challenge: challenge ?? null };
    },
  },
  {
    // A path with a slash at its end is the same route here, and is served without a redirect.
    name: 'framework-redirect',
    answer: ({ request, recorded, ask }) => {
      const target = redirectTarget(recorded.headers['location']);
      const isSlash = recorded.status === 307 && target !== null && withoutEndSlash(target) === withoutEndSlash(request.path);
      return isSlash ? ask({ ...request, path: target }) : null;
    },
  },
  {
    // 422 for a query, path or body that does not fit; a form has rules of its own.
    name: 'framework-validation',
    answer: (exchange) => (exchange.recorded.status === 422 && !takesForm(exchange) ? { status: 400, challenge: null } : null),
  },
];

function redirectTarget(location: string | undefined): string | null {
  if (location === undefined || !URL.canParse(location, 'http://localhost')) return null;
  const { pathname, search } = new URL(location, 'http://localhost');
  return `${pathname}${search}`;
}

function withoutEndSlash(target: string): string {
  return target.replace(/\/(?=\?|$)/, '');
}
