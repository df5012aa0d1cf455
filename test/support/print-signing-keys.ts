// A process that opens the demo's key in each folder that it reads from stdin, and prints the public half.
import { createPublicKey } from 'node:crypto';
import { createInterface } from 'node:readline';
import { SigningKey } from '../../apps/demo/src/tokens/signing-key.js';

console.log('ready');
for await (const folder of createInterface({ input: process.stdin })) {
  console.log(createPublicKey(SigningKey.keptIn(folder).privateKey).export({ format: 'jwk' }).x);
}
