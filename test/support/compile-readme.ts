import { readFileSync } from 'node:fs';
import { basename } from 'node:path';
import { fileURLToPath } from 'node:url';
import ts from 'typescript';

/** The TypeScript of a README or another page, compiled as a reader's application would be. */
export interface CompiledReadme {
  readonly blocks: number;
  /** Each with the line of the page it is in: `README.md:12: Cannot find name 'x'.` */
  readonly problems: readonly string[];
}

interface Block {
  /** Where the block pretends to lie: a folder for each section, in the workspace, so that its packages are found. */
  readonly file: string;
  readonly code: string;
  /** The README's line before the first line of code, counted from 1. */
  readonly fenceLine: number;
}

const WORKSPACE = fileURLToPath(new URL('../../', import.meta.url));

/**
 * Compiles every ` ```ts ` block of a README, strictly, against the sources of the library.
 *
 * A block that starts with the comment `// file-name.ts` has that name, and the blocks of one section (from one `#` or `##`
 * heading to the next) import each other by it.
 */
export function compileReadme(readme: string): CompiledReadme {
  const blocks = blocksOf(readFileSync(readme, 'utf8'));
  const name = basename(readme);
  const sources = new Map(blocks.map((block) => [block.file, block]));
  const repeated = blocks.filter((block) => sources.get(block.file) !== block);
  const options = compilerOptions();
  const program = ts.createProgram([...sources.keys()], options, hostOf(sources, options));
  const diagnostics = [...program.getOptionsDiagnostics(), ...[...sources.keys()].flatMap((file) => ts.getPreEmitDiagnostics(program, program.getSourceFile(file)))];
  return {
    blocks: blocks.length,
    problems: [
      ...repeated.map(({ fenceLine }) => `${name}:${String(fenceLine)}: another block of this section has the same file name`),
      ...new Set(diagnostics.map((diagnostic) => shown(diagnostic, sources, name))),
    ],
  };
}

function blocksOf(markdown: string): readonly Block[] {
  const blocks: Block[] = [];
  let section = 0;
  let open: { language: string; fenceLine: number; lines: string[] } | null = null;
  for (const [index, line] of markdown.split('\n').entries()) {
    if (open === null) {
      if (/^##? /.test(line)) section += 1;
      const fence = /^ {0,3}```([^\s`]*)/.exec(line);
      if (fence !== null) open = { language: fence[1] ?? '', fenceLine: index + 1, lines: [] };
    } else if (/^ {0,3}```\s*$/.test(line)) {
      if (open.language === 'ts') blocks.push(blockOf(section, open.fenceLine, open.lines));
      open = null;
    } else open.lines.push(line);
  }
  // Markdown takes a fence that is not closed to the end.
  if (open?.language === 'ts') blocks.push(blockOf(section, open.fenceLine, open.lines));
  return blocks;
}

function blockOf(section: number, fenceLine: number, lines: readonly string[]): Block {
  const name = /^\/\/ ([\w.-]+\.ts)\s*$/.exec(lines[0] ?? '')?.[1] ?? `line-${String(fenceLine)}.ts`;
  return { file: `${WORKSPACE}readme/section-${String(section)}/${name}`, code: lines.join('\n'), fenceLine };
}

/** The workspace's own options. */
function compilerOptions(): ts.CompilerOptions {
  const { config } = ts.readConfigFile(`${WORKSPACE}tsconfig.base.json`, (path) => ts.sys.readFile(path)) as { config: { compilerOptions: object } };
  const { options } = ts.convertCompilerOptionsFromJson(config.compilerOptions, WORKSPACE);
  return {
    ...options,
    declaration: false,
    noEmit: true,
    // Two blocks without a file name may declare the same thing.
    moduleDetection: ts.ModuleDetectionKind.Force,
    paths: {
      'nestjs-scopes': [`${WORKSPACE}libs/auth/src/index.ts`],
      'nestjs-scopes/testing': [`${WORKSPACE}libs/auth/src/testing/index.ts`],
    },
  };
}

/** Files as they are on the disk, and the blocks beside them. */
function hostOf(sources: ReadonlyMap<string, Block>, options: ts.CompilerOptions): ts.CompilerHost {
  const host = ts.createCompilerHost(options);
  return {
    ...host,
    getCurrentDirectory: () => WORKSPACE,
    fileExists: (path) => sources.has(path) || host.fileExists(path),
    readFile: (path) => sources.get(path)?.code ?? host.readFile(path),
    directoryExists: (path) => [...sources.keys()].some((file) => file.startsWith(`${path}/`)) || ts.sys.directoryExists(path),
    getSourceFile: (path, languageVersion, ...rest) => {
      const block = sources.get(path);
      return block === undefined ? host.getSourceFile(path, languageVersion, ...rest) : ts.createSourceFile(path, block.code, languageVersion);
    },
  };
}

function shown({ file, start, messageText }: ts.Diagnostic, sources: ReadonlyMap<string, Block>, readme: string): string {
  const text = ts.flattenDiagnosticMessageText(messageText, ' ');
  const block = sources.get(file?.fileName ?? '');
  if (file === undefined || block === undefined) return text;
  return `${readme}:${String(block.fenceLine + 1 + ts.getLineAndCharacterOfPosition(file, start ?? 0).line)}: ${text}`;
}
