import { INTERCEPTORS_METADATA } from '@nestjs/common/constants.js';
import type { CallHandler, ExecutionContext, NestInterceptor } from '@nestjs/common';
import { catchError, finalize } from 'rxjs';
import type { Observable } from 'rxjs';
import { clientGone } from '../dependencies/release.js';
import { resolvedFor } from '../dependencies/resolved.js';
import type { Handler } from '../routes/route-table.js';

/** Tells the values that a request acquired how its handler ends. Bound only where a dependency has `release`. */
const releaseInterceptor: NestInterceptor = {
  intercept(context: ExecutionContext, next: CallHandler): Observable<unknown> {
    const acquisitions = resolvedFor(context.switchToHttp().getRequest<object>())?.acquisitions ?? null;
    if (acquisitions === null) return next.handle();
    if (acquisitions.isOver) throw clientGone();
    acquisitions.started();
    const failed = (error: unknown): never => {
      acquisitions.failed(error);
      throw error;
    };
    return next.handle().pipe(catchError(failed), finalize(() => { acquisitions.ended(); }));
  },
};

/** Binds the interceptor to a handler, outside of those of the method; another application may have done so before. */
export function observeEnd(handler: Handler): void {
  const others = (Reflect.getMetadata(INTERCEPTORS_METADATA, handler) ?? []) as readonly unknown[];
  if (!others.includes(releaseInterceptor)) Reflect.defineMetadata(INTERCEPTORS_METADATA, [releaseInterceptor, ...others], handler);
}
