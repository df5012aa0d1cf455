import type { EventEmitter } from 'node:events';
import type { IncomingMessage } from 'node:http';
import { mediaType, URLENCODED } from './media-type.js';

/** Token requests are small; a larger body is refused. Bytes. */
export const MAX_BODY_BYTES = 65_536;

/** The chunks of a body, up to the first that is too much. */
interface Recording {
  readonly chunks: Buffer[];
  size: number;
}

const recordings = new WeakMap<object, Recording>();

/**
 * Keeps the bytes of urlencoded bodies, for forms: body parsers disagree about lists, nested names and malformed escapes,
 * and do not keep what they read. Nothing is taken from the parsers, as the bytes are noted where Node hands them in.
 */
export function recordFormBodies(server: EventEmitter): void {
  server.prependListener('request', (request: IncomingMessage) => {
    if (mediaType(request.headers['content-type']) === URLENCODED) record(request);
  });
}

/** The bytes of a body that was recorded to its end; one that is too large is a byte longer than allowed. `null` without a recording. */
export function recordedBody(request: object): Uint8Array | null {
  const recording = recordings.get(request);
  if (recording === undefined || !(request as IncomingMessage).complete) return null;
  return recording.size > MAX_BODY_BYTES ? new Uint8Array(MAX_BODY_BYTES + 1) : Buffer.concat(recording.chunks);
}

function record(request: IncomingMessage): void {
  const recording: Recording = { chunks: [], size: 0 };
  recordings.set(request, recording);
  const push = request.push.bind(request);
  request.push = (chunk: unknown, encoding?: BufferEncoding) => {
    if (Buffer.isBuffer(chunk)) {
      recording.size += chunk.length;
      if (recording.size <= MAX_BODY_BYTES) recording.chunks.push(chunk);
    }
    return push(chunk, encoding);
  };
}
