import { ORPCError } from '@orpc/client';
import { type Context } from '@orpc/server';
import { type StandardHandlerOptions } from '@orpc/server/standard';
import { type RPCHandler } from '@orpc/server/ws';

/** A router that can be served: the whole contract, or a few procedures in a test. */
export type ServedRouter = ConstructorParameters<typeof RPCHandler<Context>>[0];

type Interceptor = NonNullable<StandardHandlerOptions<Context>['interceptors']>[number];

/**
 * Counts the requests and subscriptions of one page and answers TOO_MANY_REQUESTS above `max`. A
 * subscription counts until its stream has ended.
 */
export function limitRequests(max: number): Interceptor {
  let open = 0;
  return async (options) => {
    if (open >= max) throw new ORPCError('TOO_MANY_REQUESTS');
    open += 1;
    let counted = true;
    const release = (): void => {
      if (counted) open -= 1;
      counted = false;
    };
    // A request that is cancelled before its answer is sent never reads its stream.
    options.request.signal?.addEventListener('abort', release, { once: true });
    try {
      const result = await options.next();
      const body = result.response?.body;
      if (!result.matched || !isStream(body)) release();
      else return { ...result, response: { ...result.response, body: untilEnd(body, release) } };
      return result;
    } catch (error) {
      release();
      throw error;
    }
  };
}

function isStream(body: unknown): body is AsyncIterable<unknown> {
  return typeof body === 'object' && body !== null && Symbol.asyncIterator in body;
}

async function* untilEnd(stream: AsyncIterable<unknown>, release: () => void): AsyncGenerator {
  try {
    yield* stream;
  } finally {
    release();
  }
}
