/** Token requests are small; a larger body is refused. Bytes. */
export const MAX_BODY_BYTES = 65_536;

/**
 * Collects a body in one buffer: a list of its chunks would hold two hundred bytes for each, and a client may send single
 * bytes. What is too large is counted and not kept.
 */
export class BodyBytes {
  #buffer = Buffer.alloc(0);
  #size = 0;

  /** How many bytes there were, kept or not. */
  get size(): number {
    return this.#size;
  }

  add(chunk: Uint8Array): void {
    const start = this.#size;
    this.#size += chunk.length;
    if (this.#size > MAX_BODY_BYTES) {
      this.#buffer = Buffer.alloc(0);
      return;
    }
    if (this.#size > this.#buffer.length) this.#buffer = Buffer.concat([this.#buffer], Math.max(1024, 2 * this.#size));
    this.#buffer.set(chunk, start);
  }

  /** The bytes; of a body that is too large as many zeros as are too many. */
  bytes(): Uint8Array {
    return this.#size > MAX_BODY_BYTES ? new Uint8Array(MAX_BODY_BYTES + 1) : this.#buffer.subarray(0, this.#size);
  }
}
