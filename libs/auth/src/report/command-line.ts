import { parseArgs } from 'node:util';
import { CommandError } from './report-error.js';

const FORMATS = ['table', 'json', 'markdown', 'html'] as const;

export const USAGE = `Usage: nestjs-scopes report FILE [options]

Reports who may call each route of a Nest application, and where that is declared. The application is made as at a start,
with what its providers connect to, but it is neither initialised nor listening.

  FILE             a built file that exports createApp() or the root module: dist/app.module.js
  --export NAME    the export to take, where there are several
  --format FORMAT  ${FORMATS.join(', ')} (default: table)
  --check LOCK     print what has changed since the lock file was written, and exit with 1 if a route is open to more callers
  --update LOCK    write the lock file
  --verbose        show the stack of what fails
  --help           show this text

Exit codes: 0 nothing to object to; 1 mistakes in the security configuration, or with --check a weakened or new public
route; 2 it could not be done.
`;

/** What the command line asks for. */
export interface Command {
  readonly file: string;
  readonly exportName: string | undefined;
  readonly format: (typeof FORMATS)[number];
  readonly check: string | undefined;
  readonly update: string | undefined;
}

const OPTIONS = {
  export: { type: 'string' },
  format: { type: 'string' },
  check: { type: 'string' },
  update: { type: 'string' },
  verbose: { type: 'boolean' },
  help: { type: 'boolean', short: 'h' },
} as const;

/** Reads the arguments; throws {@link CommandError} where they make no sense. */
export function commandOf(argv: readonly string[]): Command {
  const { values, positionals } = parsed(argv);
  const [name, file, ...others] = positionals;
  if (name === undefined) throw new CommandError('Say what to do: nestjs-scopes report FILE.');
  if (name !== 'report') throw new CommandError(`"${name}" is not a command; the only one is report.`);
  if (file === undefined) throw new CommandError('Name the file of the application: nestjs-scopes report dist/app.module.js.');
  if (others.length > 0) throw new CommandError(`Give one file; ${others.map((other) => `"${other}"`).join(', ')} is too many.`);
  const { check, update, format = 'table' } = values;
  const known = FORMATS.find((each) => each === format);
  if (known === undefined) throw new CommandError(`--format is "${format}"; give ${FORMATS.join(', ')}.`);
  if (check !== undefined && update !== undefined) throw new CommandError('Give --check or --update, not both.');
  if (values.format !== undefined && (check ?? update) !== undefined) throw new CommandError('--format is for the report; --check and --update do not print it.');
  return { file, exportName: values.export, format: known, check, update };
}

/** Whether a switch was given, among arguments that may make no sense otherwise. */
export function asksFor(argv: readonly string[], option: 'help' | 'verbose'): boolean {
  return argv.includes(`--${option}`) || (option === 'help' && argv.includes('-h'));
}

function parsed(argv: readonly string[]): ReturnType<typeof parseArgs<{ options: typeof OPTIONS; allowPositionals: true }>> {
  try {
    return parseArgs({ args: [...argv], options: OPTIONS, allowPositionals: true });
  } catch (error) {
    throw new CommandError(error instanceof Error ? (error.message.split('. ')[0] ?? '') + '.' : String(error), { cause: error });
  }
}
