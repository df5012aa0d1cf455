import { setImmediate as nextTurn } from 'node:timers/promises';
import { holdsSecret, KeySet, listedJwks } from './key-set.js';
import type { Jwk, NamedKey } from './key-set.js';
import { isMeantFor, publicKeyOf } from './verification-key.js';

/**
 * The known keys that still stand in a JWK Set which is refused as a whole: listed under their name for their algorithm, and
 * nowhere with a private half; `null` where none does. A document that is no JWK Set says nothing of keys: all stand.
 */
export async function standingKeys(known: KeySet, document: unknown): Promise<KeySet | null> {
  const jwks = listedJwks(document);
  if ('problem' in jwks) return known;
  let standing = known.keys.filter((named) => !jwks.some((jwk) => holdsSecret(jwk) && isNamed(named, jwk)));
  const listed = new Set<NamedKey>();
  for (const jwk of jwks) {
    const key = publicKeyOf(jwk);
    const ofKey = standing.filter(({ pinned }) => key?.equals(pinned.key));
    if (holdsSecret(jwk)) standing = standing.filter((named) => !ofKey.includes(named));
    else for (const named of ofKey) if (jwk['kid'] === named.kid && isMeantFor(jwk, named.pinned.algorithm)) listed.add(named);
    // A hundred keys of elliptic curves take longer than other requests should wait.
    await nextTurn();
  }
  const kept = standing.filter((named) => listed.has(named));
  return kept.length > 0 ? new KeySet(kept) : null;
}

function isNamed({ kid }: NamedKey, jwk: Jwk): boolean {
  return kid !== undefined && jwk['kid'] === kid;
}
