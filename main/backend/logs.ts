import { type LogArchive } from '../logs/archive.ts';
import { type GuardedContract } from './guarded.ts';
import { streamOf } from './handlers.ts';

/** The requests of preload/contract/logs.ts. They need the archive only: logs outlive builds and clusters. */
export function logHandlers(os: GuardedContract['logs'], archive: LogArchive) {
  return {
    watch: os.watch.handler(({ input, signal }) => streamOf(archive.watch(input, signal))),
    lines: os.lines.handler(({ input }) => archive.lines(input)),
    search: os.search.handler(({ input, signal }) => archive.search(input, signal)),
    text: os.text.handler(({ input, signal }) => streamOf(archive.text(input, signal))),
  };
}
