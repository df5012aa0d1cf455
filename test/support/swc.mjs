// How tests compile TypeScript. swc and not tsc: it is quick, and emits the decorator metadata that Nest's injection reads
// in the same form as the build does.
export const swc = {
  swcrc: false,
  module: { type: 'es6' },
  jsc: {
    target: 'es2022',
    keepClassNames: true,
    parser: { syntax: 'typescript', decorators: true },
    transform: { legacyDecorator: true, decoratorMetadata: true, useDefineForClassFields: false },
  },
};
