import { createApp } from './create-app.js';
import type { Adapter } from './create-app.js';

const adapter = chosenAdapter(process.env['ADAPTER'] ?? 'express');
const port = chosenPort(process.env['PORT'] ?? '3000');
const app = await createApp(adapter, process.env['DATA_DIR'] ?? 'data');
app.enableShutdownHooks();
await app.listen(port);
console.log(`listening on ${(await app.getUrl()).replace('[::1]', 'localhost').replace('127.0.0.1', 'localhost')}`);

function chosenAdapter(name: string): Adapter {
  if (name === 'express' || name === 'fastify') return name;
  throw new Error(`ADAPTER is "${name}"; give express or fastify.`);
}

function chosenPort(text: string): number {
  const port = Number(text);
  if (/^\d+$/.test(text) && port <= 65_535) return port;
  throw new Error(`PORT is "${text}"; give a number from 0 to 65535.`);
}
