import { execFile, spawnSync } from 'node:child_process';
import { promisify } from 'node:util';

const CURL = process.env['CURL_PATH'] ?? '/usr/bin/curl';
const PYTHON = process.env['PYTHON_PATH'] ?? '/usr/bin/python3';
const run = promisify(execFile);

/** What a client reads of an answer. */
export interface ProgramAnswer {
  readonly status: number;
  readonly json: unknown;
}

/** `describe`, but `describe.skip` where there is no curl. In CI its tests then fail. */
export function describeWithCurl(): jest.Describe {
  return describeWith('curl', CURL, ['--version'], 'apt-get install curl', 'CURL_PATH=/path/to/curl');
}

/** `describe`, but `describe.skip` where there is no Python with requests. In CI its tests then fail. */
export function describeWithPythonRequests(): jest.Describe {
  return describeWith('python3-requests', PYTHON, ['-c', 'import requests'], 'apt-get install python3-requests', 'PYTHON_PATH=/path/to/python3');
}

/** What curl gets with Digest from each URL, in one process and on one connection. */
export async function curl(user: { readonly name: string; readonly password: string }, urls: readonly string[], options: readonly string[] = []): Promise<readonly ProgramAnswer[]> {
  const each = ['--silent', '--show-error', '--max-time', '20', '--noproxy', '*', '--digest', '--user', `${user.name}:${user.password}`, '--write-out', ' %{http_code}\n'];
  const { stdout } = await run(CURL, [...each, ...options, ...urls]);
  return stdout.trim().split('\n').map((line) => {
    const space = line.lastIndexOf(' ');
    return { status: Number(line.slice(space + 1)), json: JSON.parse(line.slice(0, space)) as unknown };
  });
}

const SESSION = `
import json, sys, requests
from requests.auth import HTTPDigestAuth
name, password, *urls = sys.argv[1:]
session = requests.Session()
session.trust_env = False
session.auth = HTTPDigestAuth(name, password)
for url in urls:
    answer = session.post(url, json={"note": "Simba"}, timeout=20) if url.endswith("/notes") else session.get(url, timeout=20)
    print(json.dumps({"status": answer.status_code, "json": answer.json()}))
`;

/** What requests gets with Digest from each URL, in one session; it posts to those that end with `/notes`. */
export async function pythonRequests(user: { readonly name: string; readonly password: string }, urls: readonly string[]): Promise<readonly ProgramAnswer[]> {
  const { stdout } = await run(PYTHON, ['-c', SESSION, user.name, user.password, ...urls]);
  return stdout.trim().split('\n').map((line) => JSON.parse(line) as ProgramAnswer);
}

/** Runs before any server does, so that waiting for it stops nothing. */
function describeWith(what: string, program: string, check: readonly string[], install: string, override: string): jest.Describe {
  if (process.env['CI'] !== undefined || spawnSync(program, check).status === 0) return describe;
  process.stderr.write(`
==> THE TESTS WITH ${what} ARE SKIPPED: it is not at ${program}.
==> Install it (Debian: ${install}), or say where it is: ${override} npm test
`);
  return describe.skip;
}
