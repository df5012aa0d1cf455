import { CATALOGUES, classNameOf, dependencyNameOf } from './application.js';
import type { Application, ClassValue, Decoration, Expression, GuardValue, Member, ParameterValue, SchemeValue, Use } from './application.js';

/** A made-up application as its author would have written it, for people to read. */
export function textOf(application: Application): string {
  const { schemes, options, globalGuards, classes, dependencies, mapping, isSharing } = application;
  const used = new Set(dependenciesIn([options, globalGuards, classes], application));
  const forRoot = [
    `schemes: [${schemes.map(schemeText).join(', ')}]`,
    ...(options.default === null ? [] : [`default: ${expressionText(options.default)}`]),
    ...(options.scopes === null ? [] : [`scopes: ${listText(options.scopes)}`]),
    ...(options.dependencies.length === 0 ? [] : [`dependencies: [${options.dependencies.map((use) => `Security(${useText(use)})`).join(', ')}]`]),
    ...(options.global ? ['global: true'] : []),
  ];
  return [
    '',
    `AuthModule.forRoot({ ${forRoot.join(', ')} })`,
    ...globalGuards.map((guard) => `{ provide: APP_GUARD, useClass: ${guardText(guard)} }`),
    `// mapped by ${JSON.stringify(mapping)}${isSharing ? '; equal combinations are one object' : ''}`,
    ...dependencies.flatMap(({ takesScopes, parameters }, index) => {
      const all = [...(takesScopes ? ['@RequiredScopes() required'] : []), ...parameters.map(parameterText)];
      return used.has(index) ? [`class ${dependencyNameOf(index)} { resolve(${all.join(', ')}) {} }`] : [];
    }),
    ...classes.flatMap(classText),
    '',
  ].join('\n');
}

/** The numbers of the dependencies that a declaration names, with those that they name. */
function dependenciesIn(declaration: unknown, { dependencies }: Application): readonly number[] {
  if (typeof declaration !== 'object' || declaration === null) return [];
  const own = 'dependency' in declaration ? [declaration.dependency as number] : [];
  const below = own.flatMap((index) => dependenciesIn(dependencies[index], { dependencies } as Application));
  return [...own, ...below, ...Object.values(declaration).flatMap((each) => dependenciesIn(each, { dependencies } as Application))];
}

function classText({ base, kind, decorations, methods, version, module }: ClassValue, index: number): readonly string[] {
  const controller = kind === 'controller' ? [`@Controller({ path: 'class${String(index)}'${version === null ? '' : `, version: '${version}'`} })`] : [];
  const before = [...controller, ...decorations.map(decorationText)].join(' ');
  const head = `${kind === 'controller' ? '' : `${kind} `}class ${classNameOf(index)}${base === null ? '' : ` extends ${classNameOf(base)}`}`;
  return [
    `${before === '' ? '' : `${before} `}${head} { // of module ${String(module)}`,
    ...methods.map((method) => {
      const verb = method.verb === null ? [] : [`@${method.verb}('${method.name}')`];
      return `  ${[...verb, ...method.decorations.map(decorationText)].map((text) => `${text} `).join('')}${method.name}(${method.parameters.map(parameterText).join(', ')}) {}`;
    }),
    '}',
  ];
}

function schemeText({ name, autoError, hasStrategy }: SchemeValue): string {
  const scopes = CATALOGUES[name];
  const notes = [...(scopes === undefined ? [] : [`scopes: ${scopes.join(' ')}`]), ...(autoError ? [] : ['autoError: false']), ...(hasStrategy ? [] : ['no strategy'])];
  return notes.length === 0 ? name : `${name} /* ${notes.join(', ')} */`;
}

function decorationText(decoration: Decoration): string {
  switch (decoration.is) {
    case 'Scopes':
      return `@Scopes(${decoration.scopes.map((scope) => `'${scope}'`).join(', ')})`;
    case 'Security':
      return `@Security(${useText(decoration.use)})`;
    case 'UseGuards':
      return `@UseGuards(${guardText(decoration.guard)})`;
    case 'Public':
      return '@Public()';
  }
}

function guardText({ with: scopes, carries }: GuardValue): string {
  const base = scopes.length === 0 ? 'ScopesGuard' : `ScopesGuard.with(${scopes.map((scope) => `'${scope}'`).join(', ')})`;
  return carries === null ? base : [...carries.map(decorationText), `class extends ${base} {}`].join(' ');
}

function parameterText({ decorator, use }: ParameterValue, index: number): string {
  return `@${decorator}(${useText(use)}) p${String(index)}`;
}

function useText({ what, scopes }: Use): string {
  return `${expressionText(what)}${scopes.length === 0 ? '' : `, { scopes: ${listText(scopes)} }`}`;
}

function expressionText(expression: Expression | Member): string {
  switch (expression.is) {
    case 'scheme':
      return expression.scheme;
    case 'scheme with scopes':
      return `{ scheme: ${expression.scheme}, scopes: ${listText(expression.scopes)} }`;
    case 'dependency':
      return dependencyNameOf(expression.dependency);
    case 'anonymous':
      return 'anonymous';
    case 'anyOf':
    case 'allOf':
      return `${expression.is}(${expression.members.map(expressionText).join(', ')})`;
  }
}

function listText(scopes: readonly string[]): string {
  return `[${scopes.map((scope) => `'${scope}'`).join(', ')}]`;
}
