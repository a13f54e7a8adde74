import type { Text, Verdict } from '../../../preload/contract/text.ts';
import type { BuildFact } from '../facts/build.ts';
import type { PodFact } from '../facts/pod.ts';
import { currentStep, failedStep, type StepFact } from '../facts/steps.ts';
import { explainExit } from './exit-codes.ts';
import { findCause, lastLines, type LineFact } from './log-lines.ts';
import { explainPod } from './pod-truth.ts';
import { buildAgain, lookAgain, openImage, say, type Target, type VerdictParts, verdictOf } from './verdicts.ts';
import { explainWords } from './words.ts';

/** All that is known about a build that ended badly. */
export interface Failure {
  readonly build: BuildFact;
  /** Null when there never was one, or when it is gone. */
  readonly pod: PodFact | null;
  readonly steps: readonly StepFact[];
  /** The end of the failed step's log, oldest first. */
  readonly lines: readonly LineFact[];
  /** What the image builds: shown in sentences. */
  readonly source: { readonly url: string; readonly revision: string; readonly subPath: string };
  readonly tag: string;
  /** The newest good image, empty when there is none. */
  readonly lastImage: string;
  /** kpack has given up looking at the repository: building again must make it look again. */
  readonly stalled?: boolean;
}

/** What the tables of this folder look at and fill in. */
export interface Case extends Failure {
  readonly step: StepFact | null;
  readonly target: Target;
  /** kpack's message and the step's last lines, without colours. */
  readonly words: string;
}

/**
 * Why a build failed: the pod's own truth first (memory, deadline, eviction), then what kpack and the
 * step said, then the exit code.
 */
export function explainFailure(failure: Failure): Verdict {
  const step = failedStep(failure.steps) ?? failure.build.failedStep;
  const said = lastLines(failure.lines, 12).map((line) => line.text);
  const target = { namespace: failure.build.namespace, image: failure.build.image };
  const whole: Case = { ...failure, step, target, words: [failure.build.message, ...said].join('\n') };
  const parts = explainPod(whole) ?? explainWords(whole) ?? explainExit(whole);
  const verdict = verdictOf({ ...common(whole), ...parts });
  return failure.stalled === true
    ? { ...verdict, fixes: verdict.fixes.map((fix) => (fix.id === 'build-again' ? lookAgain(target) : fix)) }
    : verdict;
}

function common(whole: Case): Omit<VerdictParts, 'headline'> {
  const found = findCause(whole.lines);
  return {
    where: whereOf(whole),
    evidence: found?.evidence ?? lastLines(whole.lines, 3),
    quotes: whole.lines.length === 0 ? [shortMessage(whole.build.message)] : [],
    fixes: [buildAgain(whole.target), openImage(whole.target)],
    raw: rawOf(whole),
  };
}

function whereOf(whole: Case): Text {
  const { step, steps } = whole;
  if (step) {
    const done = steps.filter((each) => each.state === 'terminated' && each.exitCode === 0).length;
    const values = { step: step.name, code: step.exitCode ?? 0, done, count: steps.length };
    return say(whole.lastImage === '' ? 'explain.where_step' : 'explain.where_step_kept', values);
  }
  const reached = currentStep(steps);
  if (reached) return say('explain.where_pod', { step: reached.step.name });
  return say('explain.where_no_pod');
}

/** kpack's message without the log line it repeats and the hint at kubectl. */
export function shortMessage(message: string): string {
  return message
    .replace(/: For more info use `kubectl logs [^`]*`$/, '')
    .replace(/^Error:\s+/, '')
    .trim();
}

/** Everything that was said, for the details: pod, containers, kpack. */
function rawOf(whole: Case): string {
  const pod = whole.pod;
  const lines = [
    whole.build.message,
    pod && (pod.reason !== '' || pod.message !== '')
      ? `pod ${pod.name}: ${pod.phase} ${pod.reason} ${pod.message}`.trim()
      : '',
    whole.step
      ? `container ${whole.step.name}: exit code ${String(whole.step.exitCode)}, ${whole.step.reason} ${whole.step.message}`.trim()
      : '',
  ];
  return lines.filter((line) => line !== '').join('\n');
}
