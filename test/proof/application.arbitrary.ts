import * as fc from 'fast-check';
import { lineageOf, routesOf, SCHEME_NAMES, VERBS } from './application.js';
import type { Application, ClassValue, DependencyValue, Mapping, MethodValue, OptionsValue, SchemeName, SchemeValue } from './application.js';
import { textOf } from './application-text.js';
import { declarationArbitraries } from './declaration.arbitrary.js';
import type { DeclarationArbitraries } from './declaration.arbitrary.js';
import { mended } from './mended.js';

const MOST_CLASSES = 5;
const MOST_DEPENDENCIES = 4;
const LONGEST_LINEAGE = 3;

/** Applications that mostly start: some have mistakes that stop them, which have to be found. */
export const applications: fc.Arbitrary<Application> = fc
  .record({ schemes: schemeLists(), count: fc.nat({ max: MOST_DEPENDENCIES }) })
  .chain(({ schemes, count }) => {
    const declarations = declarationArbitraries(schemes, count);
    return fc.record({
      schemes: fc.constant(schemes),
      options: optionsOf(declarations),
      globalGuards: fc.oneof({ weight: 6, arbitrary: fc.constant([]) }, { weight: 1, arbitrary: fc.array(declarations.guard, { minLength: 1, maxLength: 2 }) }),
      classes: fc.array(classOf(declarations), { minLength: 1, maxLength: MOST_CLASSES }),
      dependencies: fc.tuple(...Array.from({ length: count }, (_, index) => dependencyOf(declarationArbitraries(schemes, count, index + 1)))),
      mapping: mappings,
      isSharing: fc.boolean(),
      hasMistakes: mostly(false, 3),
    });
  })
  .map(({ hasMistakes, ...application }) => printable(hasMistakes ? settled(application) : mended(settled(application))));

/** Up to four schemes, those with a catalogue and a strategy more often than not. */
function schemeLists(): fc.Arbitrary<readonly SchemeValue[]> {
  const names = fc.oneof({ weight: 1, arbitrary: fc.constant<SchemeName>('oauth2') }, { weight: 5, arbitrary: fc.constantFrom(...SCHEME_NAMES) });
  const scheme = fc.record({ name: names, autoError: mostly(true, 2), hasStrategy: mostly(true, 3) });
  const lists = fc.uniqueArray(scheme, { minLength: 1, maxLength: 4, size: 'max', selector: ({ name }) => name });
  // The first one is the default, which nobody would take the credentials of.
  return lists.map((schemes) => schemes.toSorted((one, other) => Number(other.hasStrategy) - Number(one.hasStrategy)));
}

function optionsOf({ bareScopes, use, fallback }: DeclarationArbitraries): fc.Arbitrary<OptionsValue> {
  return fc.record({
    default: fc.option(fallback, { freq: 2, nil: null }),
    scopes: fc.oneof({ weight: 6, arbitrary: fc.constant(null) }, { weight: 1, arbitrary: bareScopes }),
    dependencies: fc.oneof({ weight: 6, arbitrary: fc.constant([]) }, { weight: 1, arbitrary: fc.array(use, { minLength: 1, maxLength: 2 }) }),
    global: mostly(false, 8),
  });
}

function classOf({ decorations, parameter }: DeclarationArbitraries): fc.Arbitrary<ClassValue> {
  const method: fc.Arbitrary<MethodValue> = fc.record({
    name: fc.constantFrom('read', 'write', 'list'),
    verb: fc.oneof({ weight: 9, arbitrary: fc.constantFrom(...VERBS) }, { weight: 1, arbitrary: fc.constant(null) }),
    decorations,
    parameters: fc.oneof({ weight: 2, arbitrary: fc.constant([]) }, { weight: 1, arbitrary: fc.array(parameter, { minLength: 1, maxLength: 2 }) }),
  });
  return fc.record({
    base: fc.option(fc.nat({ max: MOST_CLASSES - 1 }), { freq: 4, nil: null }),
    kind: fc.constantFrom('controller', 'controller', 'controller', 'abstract', 'mixin'),
    decorations: fc.oneof({ weight: 6, arbitrary: decorations }, { weight: 1, arbitrary: fc.constant([{ is: 'Public' as const }]) }),
    methods: fc.uniqueArray(method, { minLength: 1, maxLength: 3, selector: ({ name }) => name }),
    version: fc.constantFrom(null, '1', '2'),
    module: fc.nat({ max: 2 }),
  });
}

function dependencyOf({ parameter }: DeclarationArbitraries): fc.Arbitrary<DependencyValue> {
  return fc.record({ takesScopes: fc.boolean(), parameters: fc.array(parameter, { maxLength: 2 }) });
}

const mappings: fc.Arbitrary<Mapping> = fc.record({
  versioning: fc.constantFrom(null, 'URI', 'HEADER'),
  globalPrefix: fc.constantFrom(null, 'api'),
  excluded: fc.array(fc.constantFrom('class0/read', 'class1/read', 'class1/write', 'class2/list'), { maxLength: 1 }),
  modules: fc.array(fc.constantFrom(null, 'area', 'deep/area'), { minLength: 1, maxLength: 3 }),
  hasDocumentSecurity: fc.boolean(),
});

function mostly(value: boolean, times: number): fc.Arbitrary<boolean> {
  return fc.oneof({ weight: times, arbitrary: fc.constant(value) }, { weight: 1, arbitrary: fc.constant(!value) });
}

/** A base class stands before, the modules exist, no lineage is too long, and there is a controller. */
function settled(application: Application): Application {
  const classes: ClassValue[] = [];
  for (const [index, value] of application.classes.entries()) {
    const base = value.base !== null && value.base < index && lineageOf({ ...application, classes }, value.base).length < LONGEST_LINEAGE ? value.base : null;
    const isOnly = index === application.classes.length - 1 && classes.every(({ kind }) => kind !== 'controller');
    classes.push({ ...value, base, kind: isOnly ? 'controller' : value.kind, module: value.module % application.mapping.modules.length });
  }
  return withRoute({ ...application, classes });
}

function withRoute(application: Application): Application {
  if (routesOf(application).length > 0) return application;
  const classes = application.classes.map((value) => ({ ...value, methods: value.methods.map((method) => ({ ...method, verb: method.verb ?? 'Get' })) }));
  return { ...application, classes };
}

/** A counterexample is read by people. */
function printable(application: Application): Application {
  return Object.defineProperty({ ...application }, fc.toStringMethod, { value: () => textOf(application) });
}
