import type { Finding } from '../errors.js';
import type { Requirement } from '../scopes/requirement.js';
import type { RouteRow } from './route-table.js';

/** What @ApiSecurity, @ApiOAuth2 and @ApiBearerAuth of @nestjs/swagger leave behind: OpenAPI requirement objects. */
const API_SECURITY = 'swagger/apiSecurity';
type RequirementObject = Readonly<Record<string, readonly string[]>>;

/**
 * Decorators of Nest Swagger that promise something else than what is enforced. One that says the same is harmless, and on
 * a route that nothing of ours covers they may speak of another guard.
 */
export function swaggerFindings({ controller, handler, methodName, access, requirement }: RouteRow): readonly Finding[] {
  if (access === 'open') return [];
  const objects = [controller, handler].flatMap((target) => (Reflect.getMetadata(API_SECURITY, target) ?? []) as readonly RequirementObject[]);
  const wrong = objects.filter((object) => !isEnforced(object, requirement));
  return wrong.map((object) => ({
    code: 'swagger-contradiction',
    where: `${controller.name}.${methodName}`,
    problem: `a decorator of @nestjs/swagger documents ${JSON.stringify(object)}, which is not what is enforced`,
    mend: 'remove @ApiSecurity, @ApiOAuth2, @ApiBearerAuth and the like: the document is written from @Scopes and @Security.',
  }));
}

/** Whether every scheme and scope of the object is required by one and the same alternative. */
function isEnforced(object: RequirementObject, requirement: Requirement): boolean {
  return requirement.some(({ terms }) =>
    Object.entries(object).every(([name, scopes]) => terms.some((term) => term.scheme.name === name && scopes.every((scope) => term.scopes.includes(scope)))),
  );
}
