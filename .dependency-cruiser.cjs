// Which file may import which. `npm run lint` checks it; each rule's comment says why it is there.

// The library, in the order a request flows. A place imports only itself and places before it.
// This list is the only thing to edit when a file or folder of libs/auth/src is added or moves.
const flow = [
  'errors.ts',
  'schemes/',
  'scopes/',
  'keys/',
  'strategies/',
  'decision/',
  'forms/',
  'dependencies/',
  'auth.options.ts',
  'routes/',
  'guards/',
  'openapi/',
  'report/',
  'auth.module.ts',
  'index.ts',
  // Last, so that nothing that runs in production imports it.
  'testing/',
];

// Places that are plain logic: no package and no node: module at run time.
const pure = ['schemes/', 'decision/'];

// Each of these packages is imported in one place only.
const homes = {
  jose: 'strategies/',
  'lru-cache': 'strategies/',
  'passport-jwt': 'strategies/',
  'passport-http': 'strategies/',
  '@fastify/busboy': 'forms/',
  '@nestjs/swagger': 'openapi/',
};

const src = '^libs/auth/src/';
const spec = '[.]spec[.]ts$';
/** A folder is flat: there is at most one folder below src/. */
const inside = (place) => (place.endsWith('/') ? `${place}[^/]+$` : `${place.replaceAll('.', '[.]')}$`);
const anyOf = (places) => `${src}(${places.map(inside).join('|')})`;
const packageFolder = (name) => `(^|/)node_modules/(@types/)?${name}/`;

const layers = flow.map((place, index) => ({
  name: `layer: ${place}`,
  comment: 'Imports point one way: a place imports only itself and places before it in `flow`.',
  severity: 'error',
  from: { path: anyOf([place]), pathNot: spec },
  to: { path: src, pathNot: anyOf(flow.slice(0, index + 1)) },
}));

const packageHomes = Object.entries(homes).map(([name, place]) => ({
  name: `home: ${name}`,
  comment: `${name} is imported in ${place} only, so that replacing it touches one folder.`,
  severity: 'error',
  from: { path: src, pathNot: [anyOf([place]), spec] },
  to: { path: packageFolder(name) },
}));

module.exports = {
  forbidden: [
    ...layers,
    ...packageHomes,
    {
      name: 'unlisted-place',
      comment: 'Every file of the library has a place in `flow`; elsewhere no layer rule would hold it.',
      severity: 'error',
      from: {},
      to: { path: src, pathNot: [anyOf(flow), spec] },
    },
    {
      name: 'pure',
      comment: 'What decides about access is plain logic over values: no package, no node: module. Types are free.',
      severity: 'error',
      from: { path: anyOf(pure), pathNot: spec },
      to: { pathNot: '^libs/', dependencyTypesNot: ['type-only'] },
    },
    {
      name: 'no-import-of-index',
      comment: 'index.ts and testing/index.ts are the doors for others. Importing one from inside hides layers and makes cycles.',
      severity: 'error',
      from: { path: src },
      to: { path: `${src}(testing/)?index[.]ts$` },
    },
    {
      name: 'only-through-the-door',
      comment: 'Applications, tests and other libraries use what users use: import from `nestjs-scopes` or `nestjs-scopes/testing`.',
      severity: 'error',
      from: { pathNot: '^libs/auth/' },
      to: { path: '^libs/auth/', dependencyTypesNot: ['aliased'] },
    },
    {
      name: 'declared-by-the-library',
      comment: 'Users of the library get only what its own package.json declares.',
      severity: 'error',
      from: { path: '^libs/', pathNot: spec },
      to: { path: '(^|/)node_modules/', dependencyTypesNot: ['npm', 'npm-peer'] },
    },
    {
      name: 'no-circular',
      comment: 'A cycle has no order to read it in.',
      severity: 'error',
      from: {},
      to: { circular: true },
    },
    {
      name: 'no-orphans',
      comment: 'Nothing imports it and it imports nothing: delete it or use it.',
      severity: 'error',
      // Jest finds tests and reporters by their path, and the compiler declarations.
      from: { orphan: true, pathNot: [spec, '[.]reporter[.]mjs$', '[.]d[.]ts$'] },
      to: {},
    },
    {
      name: 'not-to-unresolvable',
      comment: 'The import leads nowhere: a typing error, or a package that is not declared.',
      severity: 'error',
      from: {},
      to: { couldNotResolve: true },
    },
  ],
  options: {
    doNotFollow: { path: 'node_modules' },
    exclude: { path: ['^dist/', '^libs/[^/]+/dist/'] },
    tsConfig: { fileName: 'tsconfig.json' },
    // Imports of types count: a layer that knows another's types depends on it.
    tsPreCompilationDeps: true,
    enhancedResolveOptions: { exportsFields: ['exports'], conditionNames: ['import', 'node', 'default', 'types'] },
  },
};
