import { createPrivateKey, createPublicKey, generateKeyPairSync, randomUUID } from 'node:crypto';
import type { KeyObject } from 'node:crypto';
import { linkSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

/** Signs the demo's tokens, and verifies them with its public half. */
export class SigningKey {
  readonly publicKey: KeyObject;

  constructor(readonly privateKey: KeyObject) {
    this.publicKey = createPublicKey(privateKey);
  }

  /** The key kept in a folder; made there at the first start, readable by its owner only, so that tokens survive a restart. */
  static keptIn(folder: string): SigningKey {
    const file = join(folder, 'signing-key.pem');
    mkdirSync(folder, { recursive: true, mode: 0o700 });
    return new SigningKey(readKey(file) ?? makeKey(file));
  }
}

function readKey(file: string): KeyObject | null {
  const pem = readIfThere(file);
  if (pem === null) return null;
  try {
    return createPrivateKey(pem);
  } catch {
    // The reason may quote the key.
    throw new Error(`${file} holds no private key. Delete it to have a new one made; tokens issued so far are then refused.`);
  }
}

function readIfThere(file: string): string | null {
  try {
    return readFileSync(file, 'utf8');
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return null;
    throw error;
  }
}

/** Written beside its place and then linked there whole, so that of two first starts at once one wins and both use its key. */
function makeKey(file: string): KeyObject {
  const draft = `${file}.${randomUUID()}`;
  const { privateKey } = generateKeyPairSync('ed25519');
  writeFileSync(draft, privateKey.export({ type: 'pkcs8', format: 'pem' }), { mode: 0o600, flag: 'wx' });
  try {
    linkSync(draft, file);
    return privateKey;
  } catch (error) {
    const winner = readKey(file);
    if (winner === null) throw error;
    return winner;
  } finally {
    rmSync(draft, { force: true });
  }
}
