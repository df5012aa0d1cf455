import { createHook } from 'node:async_hooks';

/** The ports that TCP connections of this process are made to, or tried, with TLS or without, until it is stopped. */
export function portsAsked(): { readonly ports: readonly number[]; stop: () => void } {
  const attempts: { readonly port?: number }[] = [];
  const hook = createHook({
    init: (_id, type, _trigger, attempt) => {
      if (type === 'TCPCONNECTWRAP') attempts.push(attempt);
    },
  }).enable();
  return {
    // Node writes the port on the attempt after it has told of it.
    get ports() { return attempts.map(({ port = 0 }) => port); },
    stop: () => { hook.disable(); },
  };
}
