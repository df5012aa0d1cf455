import { createHash, createHmac, randomBytes, timingSafeEqual } from 'node:crypto';

const TIME_BYTES = 6;
const RANDOM_BYTES = 12;
const MAC_BYTES = 18;
/** Longer in base64url than this is none of ours. */
const LENGTH = ((TIME_BYTES + RANDOM_BYTES + MAC_BYTES) * 8) / 6;

/**
 * Nonces that say themselves when they were made, and that only a server with the key can make: nothing is stored for a
 * client that never comes back.
 *
 * @see RFC 7616 §3.3: nonce, §5.4
 */
export class DigestNonces {
  /** Sent along by the client unchanged; the same after a restart, so that clients are not asked for the password again. @see RFC 7616 §3.3 */
  readonly opaque: string;

  constructor(
    private readonly key: Uint8Array,
    private readonly realm: string,
  ) {
    this.opaque = createHash('sha256').update(`opaque:${realm}`).digest().subarray(0, MAC_BYTES).toString('base64url');
  }

  /** A new nonce: time, random bytes, and the MAC of both. */
  make(): string {
    const time = Buffer.alloc(TIME_BYTES);
    time.writeUIntBE(Date.now(), 0, TIME_BYTES);
    const body = Buffer.concat([time, randomBytes(RANDOM_BYTES)]);
    return Buffer.concat([body, this.mac(body)]).toString('base64url');
  }

  /** When a nonce was made, in milliseconds since 1970; `null` for one that this key did not make. */
  timeOf(nonce: string): number | null {
    const bytes = Buffer.from(nonce, 'base64url');
    // One nonce has one spelling, or a replay could look like another one.
    if (nonce.length !== LENGTH || bytes.toString('base64url') !== nonce) return null;
    const body = bytes.subarray(0, TIME_BYTES + RANDOM_BYTES);
    return timingSafeEqual(bytes.subarray(body.length), this.mac(body)) ? body.readUIntBE(0, TIME_BYTES) : null;
  }

  private mac(data: Uint8Array): Buffer {
    return createHmac('sha256', this.key).update(data).update('\0').update(this.realm).digest().subarray(0, MAC_BYTES);
  }
}
