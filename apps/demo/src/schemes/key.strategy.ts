import { Injectable } from '@nestjs/common';
import { ApiKeyStrategy } from 'nestjs-scopes';

/** Who calls with an API key. */
export interface Client {
  readonly name: string;
}

/** By the SHA-256 of the key; this one is of `demo-key`, which is a bad key: anybody can guess it. */
const CLIENTS: ReadonlyMap<string, Client> = new Map([['c48a01f49fd0f2cc404bc3cbbc80e91457a3d41bb429a695243de4c61794155c', { name: 'demo client' }]]);

/** Finds the client of an API key. */
@Injectable()
export class KeyStrategy extends ApiKeyStrategy {
  validate(hash: string): Client | undefined {
    return CLIENTS.get(hash);
  }
}
