import { eventIterator } from '@orpc/contract';
import { z } from 'zod';
import { procedure } from './errors.ts';
import { freshness } from './live.ts';
import { text } from './text.ts';

/** One part of the machine in the status bar. */
export const part = z.object({
  id: z.enum(['engine', 'kubernetes', 'kpack', 'registry']),
  state: z.enum(['ok', 'none', 'starting', 'problem']),
  /** "Docker 28.2.2", "Kubernetes 1.34.10"… */
  label: text,
  problem: text.nullable(),
});
export type Part = z.infer<typeof part>;

export const machineStatus = z.object({
  machine: z.string(),
  /** The address of the API server, empty before there is a cluster. */
  address: z.string(),
  parts: z.array(part),
  freshness,
  /** Setup has been completed on this machine. */
  ready: z.boolean(),
  running: z.array(
    z.object({
      namespace: z.string(),
      image: z.string(),
      build: z.string(),
      number: z.number().int(),
      step: z.string(),
      startedAt: z.number(),
      expectedMs: z.number().nullable(),
    }),
  ),
});
export type MachineStatus = z.infer<typeof machineStatus>;

export const settings = z.object({
  language: z.enum(['system', 'en', 'ja']),
  theme: z.enum(['system', 'light', 'dark']),
});
export type Settings = z.infer<typeof settings>;

export const app = {
  info: procedure.output(
    z.object({ version: z.string(), host: z.enum(['desktop', 'server']), dataFolder: z.string() }),
  ),
  /** What the status bar shows, at each change. */
  status: procedure.output(eventIterator(machineStatus)),
  settings: procedure.output(settings),
  saveSettings: procedure.input(settings).output(settings),
};
