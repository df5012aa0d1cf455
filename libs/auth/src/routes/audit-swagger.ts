import type { Finding } from '../errors.js';
import type { AnyClass } from '../scopes/declarations.js';
import type { Requirement } from '../scopes/requirement.js';
import type { RouteRow } from './route-table.js';

/** What @ApiSecurity, @ApiOAuth2 and @ApiBearerAuth of @nestjs/swagger leave behind: OpenAPI requirement objects. */
const API_SECURITY = 'swagger/apiSecurity';
type RequirementObject = Readonly<Record<string, readonly string[]>>;

/**
 * Decorators of Nest Swagger that promise something else than what is enforced. One that says the same is harmless, and on
 * a route that nothing of ours covers they may speak of another guard.
 */
export function swaggerFindings(rows: readonly RouteRow[]): readonly Finding[] {
  const ofClasses = new Map<AnyClass, readonly RequirementObject[]>();
  return rows.flatMap((row) => {
    if (row.access === 'open') return NONE;
    const ofClass = ofClasses.get(row.controller) ?? requirementObjects(row.controller);
    ofClasses.set(row.controller, ofClass);
    const ofHandler = requirementObjects(row.handler);
    return ofClass.length + ofHandler.length === 0 ? NONE : contradictions(row, [...ofClass, ...ofHandler]);
  });
}

/** Most routes have none, and there are many routes. */
const NONE: readonly never[] = [];

function requirementObjects(target: object): readonly RequirementObject[] {
  return (Reflect.getMetadata(API_SECURITY, target) ?? NONE) as readonly RequirementObject[];
}

function contradictions({ controller, methodName, requirement }: RouteRow, objects: readonly RequirementObject[]): readonly Finding[] {
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
