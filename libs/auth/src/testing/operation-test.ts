import { contractCases, WITHOUT_CREDENTIALS } from './contract-cases.js';
import type { ContractCase } from './contract-cases.js';
import type { ContractScheme } from './contract-schemes.js';
import { disagreement } from './disagreement.js';
import type { DocumentedOperation } from './documented-operations.js';
import { expectationOf } from './expectation.js';
import type { Answer, Line } from './in-process.js';
import { Probe } from './probe.js';

/** What the operations of a document are held against. */
export interface Contract {
  readonly schemes: ReadonlyMap<string, ContractScheme>;
  /** Every scope that the application asks for anywhere. */
  readonly allScopes: readonly string[];
  /** Sent with every request. */
  readonly headers: Readonly<Record<string, string>>;
  readonly hasRoute: (operation: DocumentedOperation) => boolean;
  readonly line: Line;
}

/** What became of one operation. */
export interface Tested {
  readonly requests: number;
  readonly disagreements: readonly string[];
  readonly untested: readonly string[];
}

/** Sends the requests that an operation's `security` speaks of, one after another. */
export async function testOperation(operation: DocumentedOperation, contract: Contract): Promise<Tested> {
  const { cases, mistakes } = contractCases(operation, contract.schemes, contract.allScopes);
  const impossible = mistakes.filter(({ isImpossible }) => isImpossible).map(({ problem }) => `${operation.name}: ${problem}`);
  const untested = [...new Set(mistakes.filter(({ isImpossible }) => !isImpossible).map(({ problem }) => problem))];
  /** What is wrong, with the requests that show it. */
  const problems = new Map<string, ContractCase[]>();
  let requests = 0;
  for (const contractCase of [WITHOUT_CREDENTIALS, ...cases]) {
    const probe = new Probe(new Map(contractCase.sent.flatMap(({ scheme, state, scopes }) => (state === 'good' ? [[scheme.name, scopes]] : []))));
    const answer = await contract.line.ask(question(operation, contractCase, contract), probe);
    requests += 1;
    if (contractCase === WITHOUT_CREDENTIALS && isMissing(answer, probe)) return withoutRoute(operation, contract);
    if (contractCase === WITHOUT_CREDENTIALS && isOfAnotherGuard(operation, contract, probe)) return { requests, disagreements: [], untested: [OF_ANOTHER_GUARD] };
    const problem = disagreement(expectationOf(operation.alternatives, contractCase.sent, contract.schemes), operation.statuses, answer, probe);
    if (problem === null) continue;
    problems.set(problem, [...(problems.get(problem) ?? []), contractCase]);
    // Where nothing is asked for, or the guard is not reached, the other requests say the same.
    if (contractCase === WITHOUT_CREDENTIALS && (probe.letInTo !== null || !probe.isDecided)) break;
  }
  const isSimple = ([, shownBy]: readonly [string, readonly ContractCase[]]): boolean => shownBy.some(({ isCrowded }) => !isCrowded);
  const told = [...problems].some(isSimple) ? [...problems].filter(isSimple) : [...problems];
  const found = told.map(([problem, shownBy]) => `${operation.name}, ${titleOf(shownBy)}: ${problem}`);
  return { requests, disagreements: [...impossible, ...found], untested };
}

const OF_ANOTHER_GUARD = 'nothing of nestjs-scopes covers it, and the document speaks of another guard';
const WANTS_MORE = 'the application has it, and answers 404: it may want a version or a host, which the document does not tell; give them as headers';

/** `without credentials; credentials of apiKey or basic only`. */
function titleOf(cases: readonly ContractCase[]): string {
  const simple = cases.filter(({ isCrowded }) => !isCrowded);
  if (simple.length > 0 && simple.length < cases.length) return titleOf(simple);
  const others = cases.flatMap(({ only }) => only ?? []);
  const last = others.slice(-2).join(' or ');
  const titles = new Set(cases.filter(({ only }) => only === null).map(({ title }) => title));
  return [...titles, ...(others.length > 0 ? [`credentials of ${[...others.slice(0, -2), last].join(', ')} only`] : [])].join('; ');
}

function question({ method, target, headers }: DocumentedOperation, { request }: ContractCase, contract: Contract): Parameters<Line['ask']>[0] {
  const { search } = new URL(`http://localhost/?${new URLSearchParams(request.query).toString()}`);
  // Credentials are sent by the cases alone, also where the document lists their header as a parameter.
  const taken = [...contract.schemes.values()].flatMap(({ wire }) => (wire?.in === 'header' ? wire.name : []));
  const own = Object.entries(headers).filter(([name]) => name !== 'cookie' && !taken.includes(name));
  return { method, target: `${target}${search}`, headers: { ...Object.fromEntries(own), ...contract.headers, ...request.headers } };
}

function isMissing(answer: Answer, { isDecided }: Probe): boolean {
  return answer?.status === 404 && !isDecided;
}

function withoutRoute(operation: DocumentedOperation, { hasRoute }: Contract): Tested {
  if (hasRoute(operation)) return { requests: 1, disagreements: [], untested: [WANTS_MORE] };
  return { requests: 1, disagreements: [`${operation.name}: the document has it, the application does not`], untested: [] };
}

/** The guard of this library leaves the route alone, and the document names schemes that it does not know. */
function isOfAnotherGuard({ alternatives }: DocumentedOperation, { schemes }: Contract, { isDecided, letInTo }: Probe): boolean {
  const names = alternatives.flatMap((alternative) => [...alternative.keys()]);
  const areForeign = names.length > 0 && names.every((name) => (schemes.get(name)?.verifiedBy ?? 'nobody') === 'nobody');
  return areForeign && (!isDecided || letInTo?.access === 'open');
}
