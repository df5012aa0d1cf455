import type { Adapter, AdapterPayload } from 'oidc-provider';

/** What is kept of each kind; the oldest goes first. Of logins that anybody can begin, it is 33 a second for as long as one lives. */
const MAX_ENTRIES = 20_000;

/** Keeps what the provider issues of one kind (sessions, codes, tokens, ...) in memory: gone when the process ends. */
export class MemoryAdapter implements Adapter {
  readonly #entries = new Map<string, AdapterPayload>();

  upsert(id: string, payload: AdapterPayload): Promise<void> {
    this.#entries.delete(id);
    this.#entries.set(id, payload);
    const [oldest] = this.#entries.keys();
    if (this.#entries.size > MAX_ENTRIES && oldest !== undefined) this.#entries.delete(oldest);
    return Promise.resolve();
  }

  /** The provider itself looks at `exp`. */
  find(id: string): Promise<AdapterPayload | undefined> {
    return Promise.resolve(this.#entries.get(id));
  }

  findByUid(uid: string): Promise<AdapterPayload | undefined> {
    return Promise.resolve([...this.#entries.values()].find((entry) => entry.uid === uid));
  }

  findByUserCode(userCode: string): Promise<AdapterPayload | undefined> {
    return Promise.resolve([...this.#entries.values()].find((entry) => entry.userCode === userCode));
  }

  consume(id: string): Promise<void> {
    const entry = this.#entries.get(id);
    if (entry !== undefined) entry.consumed = Math.floor(Date.now() / 1000);
    return Promise.resolve();
  }

  destroy(id: string): Promise<void> {
    this.#entries.delete(id);
    return Promise.resolve();
  }

  revokeByGrantId(grantId: string): Promise<void> {
    for (const [id, entry] of this.#entries) if (entry.grantId === grantId) this.#entries.delete(id);
    return Promise.resolve();
  }
}
