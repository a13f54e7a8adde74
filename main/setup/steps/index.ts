import { bootstrapStep } from './bootstrap.ts';
import { accountStep, builderStep, lifecycleStep, stackStep, storeStep } from './builder.ts';
import { clusterStep, trustStep } from './cluster.ts';
import { engineStep } from './engine.ts';
import { imagesStep } from './images.ts';
import { controllersStep, definitionsStep, webhookStep } from './kpack.ts';
import { networkStep } from './network.ts';
import { kindStep, nodeImageStep } from './programs.ts';
import { registryStep } from './registry.ts';
import type { SetupStep } from './titles.ts';

export type { SetupStep } from './titles.ts';

/** Everything that setup does, in the order people read it; the graph starts each as soon as what it needs is there. */
export const setupSteps: readonly SetupStep[] = [
  engineStep,
  networkStep,
  kindStep,
  nodeImageStep,
  registryStep,
  imagesStep,
  clusterStep,
  trustStep,
  bootstrapStep,
  accountStep,
  definitionsStep,
  controllersStep,
  webhookStep,
  lifecycleStep,
  stackStep,
  storeStep,
  builderStep,
];
