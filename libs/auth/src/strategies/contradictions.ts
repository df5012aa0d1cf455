import { ProviderContradiction, ProviderUnavailable } from '../errors.js';

/** What identity providers contradict, when all of them were asked; one that did not answer is asked again by the requests. */
export async function contradictions(asked: readonly Promise<void>[]): Promise<readonly ProviderContradiction[]> {
  const settled = await Promise.allSettled(asked);
  const reasons = settled.flatMap((outcome): unknown[] => (outcome.status === 'rejected' ? [outcome.reason] : []));
  for (const reason of reasons) {
    if (!(reason instanceof ProviderUnavailable)) throw reason;
  }
  return reasons.filter((reason) => reason instanceof ProviderContradiction);
}
