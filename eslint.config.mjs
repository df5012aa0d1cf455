// What the compiler cannot hold and a linter can. Layers and cycles are the job of .dependency-cruiser.cjs.
import { defineConfig, globalIgnores } from 'eslint/config';
import tseslint from 'typescript-eslint';

const sources = ['libs/*/src/**/*.ts', 'apps/*/src/**/*.ts'];
const tests = ['**/*.spec.ts', 'test/**/*.ts'];

const explicitExports = [
  { selector: 'ExportAllDeclaration', message: 'Name what is exported: a reader must see the API in the file.' },
  { selector: 'ExportDefaultDeclaration', message: 'Named exports only: one name per idea, everywhere.' },
  { selector: "ExportSpecifier[exported.name='default']", message: 'Named exports only: one name per idea, everywhere.' },
];

export default defineConfig(
  globalIgnores(['**/dist/', '**/coverage/']),
  {
    rules: {
      'no-else-return': ['error', { allowElseIf: false }],
      'no-empty': 'error',
      'no-unused-vars': ['error', { argsIgnorePattern: '^_' }],
      'preserve-caught-error': 'error',
    },
  },
  {
    files: ['**/*.ts'],
    extends: [tseslint.configs.strictTypeChecked],
    languageOptions: { parserOptions: { projectService: true, tsconfigRootDir: import.meta.dirname } },
    rules: {
      'no-restricted-syntax': ['error', ...explicitExports],
      'no-restricted-properties': [
        'error',
        { object: 'jest', property: 'mock', message: 'Not hoisted in ESM. Use the real thing, or hand a fake in.' },
      ],
      '@typescript-eslint/explicit-module-boundary-types': 'error',
      // Nest modules and guard declarations are often empty classes under a decorator.
      '@typescript-eslint/no-extraneous-class': ['error', { allowWithDecorator: true }],
      '@typescript-eslint/no-unused-vars': ['error', { argsIgnorePattern: '^_' }],
      '@typescript-eslint/prefer-nullish-coalescing': 'error',
      '@typescript-eslint/restrict-template-expressions': ['error', { allowNumber: true }],
      '@typescript-eslint/switch-exhaustiveness-check': ['error', { requireDefaultForNonUnion: true }],
    },
  },
  {
    files: sources,
    ignores: tests,
    rules: { 'max-lines': ['error', { max: 150, skipBlankLines: true, skipComments: true }] },
  },
  {
    files: ['libs/**/*.ts'],
    rules: {
      'no-restricted-imports': [
        'error',
        {
          patterns: [
            { regex: '^jsonwebtoken(/|$)', message: 'jose verifies tokens here.' },
            { regex: '^passport(/|$)', message: 'Its registry is process-global state; strategies/ runs strategies itself.' },
          ],
        },
      ],
    },
  },
  {
    // Nest declares its options as classes, and everybody hands it an object literal.
    files: ['apps/**/*.ts', ...tests],
    rules: { '@typescript-eslint/no-unsafe-class-instance-assignment': 'off' },
  },
  {
    // Response bodies and Nest's testing module are `any`; a test asserts what is in them.
    files: tests,
    rules: {
      '@typescript-eslint/explicit-module-boundary-types': 'off',
      '@typescript-eslint/no-unsafe-argument': 'off',
      '@typescript-eslint/no-unsafe-assignment': 'off',
      '@typescript-eslint/no-unsafe-call': 'off',
      '@typescript-eslint/no-unsafe-member-access': 'off',
      '@typescript-eslint/no-unsafe-return': 'off',
      // A handler's function is compared and passed on, as Nest does with it.
      '@typescript-eslint/unbound-method': 'off',
    },
  },
);
