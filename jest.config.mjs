import { swc } from './test/support/swc.mjs';

// Nest 12 is ESM only, so the tests are ESM too.
export default {
  rootDir: '.',
  testMatch: ['<rootDir>/libs/**/*.spec.ts', '<rootDir>/test/**/*.spec.ts'],
  testEnvironment: 'node',
  testTimeout: 30_000,
  // Modules of tests that have ended stay in memory: a worker is replaced when it has too many of them.
  maxWorkers: 2,
  workerIdleMemoryLimit: '1GB',
  extensionsToTreatAsEsm: ['.ts'],
  transform: { '^.+\\.ts$': ['@swc/jest', { ...swc, sourceMaps: 'inline' }] },
  moduleNameMapper: {
    // The source, so that tests need no build.
    '^nestjs-scopes$': '<rootDir>/libs/auth/src/index.ts',
    '^nestjs-scopes/testing$': '<rootDir>/libs/auth/src/testing/index.ts',
    // Relative imports are written with the extension of the built file.
    '^(\\.{1,2}/.*)\\.js$': '$1',
  },
  modulePathIgnorePatterns: ['<rootDir>/dist/', '<rootDir>/libs/[^/]+/dist/'],
  // babel's provider misattributes the branches of decorators.
  coverageProvider: 'v8',
  collectCoverageFrom: ['libs/*/src/**/*.ts', '!**/*.spec.ts'],
  reporters: ['default', '<rootDir>/test/support/summary.reporter.mjs'],
};
