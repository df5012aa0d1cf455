import { classNameOf, dependencyNameOf, lineageOf } from './application.js';
import type { Application, ClassValue } from './application.js';
import { mistakesIn } from './mistakes-model.js';

/** An application without what is a mistake in it, and little else removed. */
export function mended(application: Application): Application {
  const [mistake] = mistakesIn(application);
  if (mistake === undefined) return application;
  return mended(withoutPartOf(application, mistake.where) ?? withoutOptions(application));
}

function withoutOptions({ options, ...application }: Application): Application {
  return { ...application, globalGuards: [], options: { ...options, scopes: null, dependencies: [], global: false } };
}

/** Takes the last thing away that is said at a place or above it; `null`: there is nothing left. */
function withoutPartOf(application: Application, where: string): Application | null {
  const [owner, name] = where.split('.');
  const dependency = application.dependencies.findIndex((_, index) => dependencyNameOf(index) === owner);
  if (dependency >= 0) return { ...application, dependencies: application.dependencies.map((each, index) => (index === dependency ? { ...each, parameters: each.parameters.slice(0, -1) } : each)) };
  const lineage = lineageOf(application, application.classes.findIndex((_, index) => classNameOf(index) === owner));
  for (const index of lineage.toReversed()) {
    const less = withoutPart(application.classes[index] as ClassValue, name);
    if (less !== null) return { ...application, classes: application.classes.map((each, at) => (at === index ? less : each)) };
  }
  return null;
}

function withoutPart(value: ClassValue, name: string | undefined): ClassValue | null {
  const method = value.methods.find((each) => each.name === name);
  const replaced = (less: Partial<ClassValue['methods'][number]>): ClassValue => ({ ...value, methods: value.methods.map((each) => (each === method ? { ...each, ...less } : each)) });
  if (method !== undefined && method.decorations.length > 0) return replaced({ decorations: method.decorations.slice(0, -1) });
  if (method !== undefined && method.parameters.length > 0) return replaced({ parameters: method.parameters.slice(0, -1) });
  return value.decorations.length > 0 ? { ...value, decorations: value.decorations.slice(0, -1) } : null;
}
