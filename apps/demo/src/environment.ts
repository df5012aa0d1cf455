import type { Adapter } from './http-server.js';

/** The HTTP server that the variable ADAPTER names. */
export function chosenAdapter(): Adapter {
  const name = process.env['ADAPTER'] ?? 'express';
  if (name === 'express' || name === 'fastify') return name;
  throw new Error(`ADAPTER is "${name}"; give express or fastify.`);
}

/** The port in a variable of the environment. */
export function chosenPort(variable: string, fallback: number): number {
  const text = process.env[variable] ?? String(fallback);
  const port = Number(text);
  if (/^\d+$/.test(text) && port <= 65_535) return port;
  throw new Error(`${variable} is "${text}"; give a number from 0 to 65535.`);
}

/** What listens on the port in a variable; where somebody else does, it fails and says which variable that is. */
export async function unlessTaken<Listening>(variable: string, listening: Promise<Listening>): Promise<Listening> {
  try {
    return await listening;
  } catch (error) {
    const { code, port } = error as { readonly code?: unknown; readonly port?: unknown };
    if (code !== 'EADDRINUSE') throw error;
    throw new Error(`port ${String(port)} is taken; give another one as ${variable}.`, { cause: error });
  }
}
