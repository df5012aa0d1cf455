import type { Socket } from 'node:net';

const listenersOf = new WeakMap<Socket, Set<() => void>>();

/**
 * Calls back when a connection ends. Of the answers that wait on it for earlier ones, pipelined requests', Node tells none.
 *
 * One listener for each connection: it may carry any number of requests.
 *
 * @returns takes the callback back
 */
export function onSocketEnd(socket: Socket, callback: () => void): () => void {
  const listeners = listenersOf.get(socket) ?? listenTo(socket);
  listeners.add(callback);
  return () => listeners.delete(callback);
}

function listenTo(socket: Socket): Set<() => void> {
  const listeners = new Set<() => void>();
  listenersOf.set(socket, listeners);
  socket.once('close', () => {
    for (const listener of listeners) listener();
  });
  return listeners;
}
