import { join } from 'node:path';
import ts from 'typescript';

const LIBRARY = join(process.cwd(), 'libs/auth');

/** The declaration files of the library as its build makes them: path -> text. */
function builtDeclarations(): Map<string, string> {
  const path = join(LIBRARY, 'tsconfig.lib.json');
  const config = ts.getParsedCommandLineOfConfigFile(path, { declaration: true, emitDeclarationOnly: true }, { ...ts.sys, onUnRecoverableConfigFileDiagnostic: () => undefined });
  if (config === undefined) throw new Error(`${path} cannot be read.`);
  const files = new Map<string, string>();
  ts.createProgram(config.fileNames, config.options).emit(undefined, (name, text) => files.set(name, text));
  return files;
}

/** Every name that a door exports, with the documentation that a user's editor shows for it. */
function documentation(files: Map<string, string>, path: string): Map<string, string> {
  const door = [...files.keys()].find((name) => name.endsWith(`/dist/${path}`));
  if (door === undefined) throw new Error(`The build makes no ${path}.`);
  const options: ts.CompilerOptions = { module: ts.ModuleKind.NodeNext, moduleResolution: ts.ModuleResolutionKind.NodeNext, target: ts.ScriptTarget.ES2023, skipLibCheck: true, types: [] };
  const host = ts.createCompilerHost(options);
  const { fileExists, readFile } = host;
  // The folders of a build that is only in memory.
  host.directoryExists = () => true;
  host.fileExists = (name) => files.has(name) || fileExists(name);
  host.readFile = (name) => files.get(name) ?? readFile(name);
  host.getSourceFile = (name, version) => ts.createSourceFile(name, host.readFile(name) ?? '', version, true);
  const program = ts.createProgram([door], options, host);
  const checker = program.getTypeChecker();
  const source = program.getSourceFile(door);
  const module = source && checker.getSymbolAtLocation(source);
  if (module === undefined) throw new Error('A door exports nothing.');
  return new Map(checker.getExportsOfModule(module).map((symbol) => {
    const target = symbol.flags & ts.SymbolFlags.Alias ? checker.getAliasedSymbol(symbol) : symbol;
    return [symbol.name, ts.displayPartsToString(target.getDocumentationComment(checker))];
  }));
}

describe('The published declarations', () => {
  const files = builtDeclarations();

  it.each([
    { door: 'index.d.ts', names: 30 },
    { door: 'testing/index.d.ts', names: 6 },
  ])('hold a docstring for every name that $door exports', ({ door, names }) => {
    const documented = documentation(files, door);
    expect(documented.size).toBeGreaterThan(names);
    expect([...documented].filter(([, text]) => text.trim().length < 20).map(([name]) => name)).toEqual([]);
  });
});
