import { type ContractRouterClient } from '@orpc/contract';
import { type Contract } from '../../preload/contract/index.ts';
import { type Style } from './style.ts';
import { type Terminal } from './terminal.ts';
import { type Words } from './words.ts';

/** The backend as a command sees it: the same surface that the page has. */
export type Client = ContractRouterClient<Contract>;

/** What every command works with. */
export interface CommandContext {
  client: Client;
  terminal: Terminal;
  words: Words;
  style: Style;
  json: boolean;
  /** Ends with the first Ctrl-C. */
  signal: AbortSignal;
}
