import type { IncomingMessage } from 'node:http';
import { BodyBytes } from './body-bytes.js';
import { mediaType, URLENCODED } from './media-type.js';

const recordings = new WeakMap<object, BodyBytes>();

/**
 * Keeps the bytes of an urlencoded body, for forms: body parsers disagree about lists, nested names and malformed escapes,
 * and do not keep what they read. Nothing is taken from the parsers, as the bytes are noted where Node hands them in.
 */
export function recordFormBody(request: IncomingMessage): void {
  if (mediaType(request.headers['content-type']) !== URLENCODED || recordings.has(request)) return;
  const recording = new BodyBytes();
  recordings.set(request, recording);
  const push = request.push.bind(request);
  request.push = (chunk: unknown, encoding?: BufferEncoding) => {
    if (Buffer.isBuffer(chunk)) recording.add(chunk);
    return push(chunk, encoding);
  };
}

/** The bytes of a body that was recorded to its end; `null` without a recording. */
export function recordedBody(request: object): Uint8Array | null {
  const recording = recordings.get(request);
  return recording === undefined || !(request as IncomingMessage).complete ? null : recording.bytes();
}
