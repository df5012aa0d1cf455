import { AbstractGraphQLDriver } from '@nestjs/graphql';
import type { GqlModuleOptions } from '@nestjs/graphql';
import { graphql } from 'graphql';

/** The smallest driver of @nestjs/graphql: `POST /graphql` with `{ query }`, as Apollo's and Mercurius' drivers serve it. */
export class BareDriver extends AbstractGraphQLDriver {
  start({ schema }: GqlModuleOptions): Promise<void> {
    const { httpAdapter } = this.httpAdapterHost;
    httpAdapter.post('/graphql', async (request: { body: { query: string } }, response: object) => {
      if (schema === undefined) throw new Error('There is no schema.');
      httpAdapter.reply(response, await graphql({ schema, source: request.body.query, contextValue: { request } }), 200);
    });
    return Promise.resolve();
  }
  stop(): Promise<void> {
    return Promise.resolve();
  }
}
