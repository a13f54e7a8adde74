import { implement } from '@orpc/server';
import { contract } from '../../preload/contract/index.ts';
import { contractError } from './error-mapping.ts';

/**
 * The contract, ready to be implemented: whatever a handler or one of its streams throws comes out as
 * an error of the contract. What ends because the asker has gone is no error.
 */
export function guardedContract(onUnexpected: (error: unknown) => void) {
  return implement(contract).use(async ({ next, signal }) => {
    try {
      const result = await next();
      return isStream(result.output) ? { ...result, output: guarded(result.output, signal, onUnexpected) } : result;
    } catch (error) {
      throw signal?.aborted === true ? error : contractError(error, onUnexpected);
    }
  });
}
export type GuardedContract = ReturnType<typeof guardedContract>;

function isStream(output: unknown): output is AsyncIterable<unknown> {
  return typeof output === 'object' && output !== null && Symbol.asyncIterator in output;
}

async function* guarded(
  stream: AsyncIterable<unknown>,
  signal: AbortSignal | undefined,
  onUnexpected: (error: unknown) => void,
): AsyncGenerator {
  try {
    yield* stream;
  } catch (error) {
    if (signal?.aborted !== true) throw contractError(error, onUnexpected);
  }
}
