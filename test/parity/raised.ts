import type { Check } from './declaration.js';

/** FastAPI's `HTTPException`, which a function raises. */
export class Raised extends Error {
  readonly status: number;
  readonly detail: unknown;
  readonly headers: Readonly<Record<string, string>>;

  constructor({ status, detail, headers = {} }: Pick<Check, 'status' | 'detail' | 'headers'>) {
    super(`HTTPException ${String(status)}`);
    this.status = status;
    this.detail = detail;
    this.headers = headers;
  }
}
