import { createHook } from 'node:async_hooks';

/** How many passwords are hashed while something runs: the native work that argon2 starts, as Node sees it. */
export async function countedHashes(run: () => Promise<unknown>): Promise<number> {
  let count = 0;
  const hook = createHook({
    init: (_id, type) => {
      if (type === 'argon2:HashWorker') count += 1;
    },
  });
  hook.enable();
  try {
    await run();
    return count;
  } finally {
    hook.disable();
  }
}
