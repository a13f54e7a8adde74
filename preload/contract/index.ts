import { app } from './app.ts';
import { builds } from './builds.ts';
import { images } from './images.ts';
import { logs } from './logs.ts';
import { run } from './run.ts';
import { setup } from './setup.ts';

/** Everything the page can ask of the backend: the whole surface. */
export const contract = { app, setup, images, builds, logs, run };
export type Contract = typeof contract;

export type * from './app.ts';
export type * from './builds.ts';
export type * from './errors.ts';
export type * from './images.ts';
export type * from './live.ts';
export type * from './logs.ts';
export type * from './run.ts';
export type * from './setup.ts';
export type * from './text.ts';
