import type {
  BuildDetail,
  BuildRow,
  ImageCheck,
  ImageDetail,
  ImageRow,
  LogStep,
  MachineStatus,
  RunState,
  Settings,
  SetupPlan,
  SetupState,
} from '../../../preload/contract/index.ts';
import { idle, plan, status } from './data.ts';

/** What the scripted backend answers. A test changes what it is about. */
export interface Scenario {
  status: MachineStatus;
  settings: Settings;
  plan: SetupPlan;
  setup: SetupState;
  images: ImageRow[];
  /** The list of images never gets beyond this freshness. */
  imagesState: 'live' | 'loading' | 'reconnecting' | 'absent' | 'forbidden';
  details: ImageDetail[];
  builds: BuildRow[];
  buildDetails: BuildDetail[];
  log: LogStep[];
  /** Text of one line of a step. */
  line: (step: string, index: number) => string;
  check: ImageCheck;
  run: RunState;
  /** What the page asked for, in order: `images.build default/web`… */
  asked: string[];
}

export const noRun: RunState = {
  phase: 'none',
  image: '',
  percent: null,
  port: null,
  containerPort: null,
  url: '',
  startedAt: null,
  exitCode: null,
  answer: null,
  log: [],
  verdict: null,
};

/** A machine that is set up and has no image yet. */
export function scenario(change: Partial<Scenario> = {}): Scenario {
  return {
    status,
    settings: { language: 'system', theme: 'system' },
    plan,
    setup: idle,
    images: [],
    imagesState: 'live',
    details: [],
    builds: [],
    buildDetails: [],
    log: [],
    line: (step, index) => `${step} line ${String(index + 1)}`,
    check: { errors: [], warnings: [], yaml: 'kind: Image\n', command: 'kp image save' },
    run: noRun,
    asked: [],
    ...change,
  };
}
