import type { Adapter } from './create-app.js';

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
