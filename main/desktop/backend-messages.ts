import { z } from 'zod';

/** What the Electron process tells the backend's process. `page` brings a MessagePort along. */
export const toBackend = z.discriminatedUnion('type', [
  z.object({ type: z.literal('page') }),
  z.object({ type: z.literal('dispose') }),
]);
export type ToBackend = z.infer<typeof toBackend>;

/** What the backend's process tells the Electron process. */
const fromBackend = z.discriminatedUnion('type', [
  z.object({ type: z.literal('ready') }),
  /** Another process has the data folder; `link` opens its page in a browser, null when it has none. */
  z.object({ type: z.literal('taken'), link: z.string().nullable() }),
]);
export type FromBackend = z.infer<typeof fromBackend>;

/** Whether a message of the backend's process is one that is known. */
export function isFromBackend(message: unknown): message is FromBackend {
  return fromBackend.safeParse(message).success;
}
