import type { MessageKey } from '../../../preload/messages/index.ts';
import type { Case } from './failure.ts';
import { findCause, lastLines, stripAnsi } from './log-lines.ts';
import { say, type VerdictParts } from './verdicts.ts';

/** https://github.com/buildpacks/lifecycle/blob/v0.20.12/platform/exit.go */
const lifecycle = new Map<number, MessageKey>([
  [22, 'explain.exit_22'],
  [32, 'explain.exit_32'],
  [42, 'explain.exit_42'],
  [52, 'explain.exit_52'],
  [62, 'explain.exit_62'],
  [72, 'explain.exit_72'],
]);

/** What is left when neither the pod nor the words are known: the step and its exit code. */
export function explainExit(whole: Case): VerdictParts {
  const { step } = whole;
  if (!step) return { headline: say('explain.failed') };
  if (step.name === 'detect' && step.exitCode === 20) return noBuildpack(whole);
  if (step.name === 'detect' && step.exitCode === 21) return brokenDetection(whole);
  if (step.name === 'build' && step.exitCode === 51) return brokenBuildpack(whole);
  const known = lifecycle.get(step.exitCode ?? -1);
  const found = findCause(whole.lines);
  if (found && (known === undefined || step.name !== 'detect'))
    return { headline: say('explain.said', { words: found.cause }) };
  if (known) return { headline: say(known) };
  if (step.name === 'prepare') return { headline: say('explain.prepare_failed') };
  if (step.name === 'completion') return { headline: say('explain.completion_failed') };
  return { headline: say('explain.step_failed', { step: step.name, code: step.exitCode ?? 0 }) };
}

/** Each buildpack's answer and what it said about itself is the evidence. */
function noBuildpack(whole: Case): VerdictParts {
  const path = whole.source.subPath;
  const headline = path === '' ? say('explain.exit_20') : say('explain.exit_20_path', { path });
  const plain = whole.lines.map((line) => ({ number: line.number, text: stripAnsi(line.text) }));
  const told = plain.filter(
    (line, index) => /^=+ Output: /.test(plain[index - 1]?.text ?? '') && line.text.trim() !== '',
  );
  const answers = plain.filter((line) => /^(?:fail|err|skip): {1,2}/.test(line.text));
  const evidence = [...told, ...answers].sort((a, b) => a.number - b.number);
  return evidence.length === 0 ? { headline } : { headline, evidence };
}

/** `err:  lab/httpd@1.1.0 (2)`, and what the buildpack printed under its own heading. */
function brokenDetection(whole: Case): VerdictParts {
  const plain = whole.lines.map((line) => ({ number: line.number, text: stripAnsi(line.text) }));
  const result = plain.find((line) => /^err:\s+\S+@\S+/.test(line.text));
  const buildpack = /^err:\s+(\S+)/.exec(result?.text ?? '')?.[1];
  if (!result || buildpack === undefined) return { headline: say('explain.exit_21_unknown') };
  const start = plain.findIndex((line) => line.text.startsWith('======== ') && line.text.includes(`: ${buildpack} `));
  const rest = start < 0 ? [] : plain.slice(start + 1);
  const end = rest.findIndex((line) => line.text.startsWith('======== '));
  const own = rest.slice(0, end < 0 ? undefined : end).filter((line) => line.text.trim() !== '');
  return { headline: say('explain.exit_21', { buildpack }), evidence: [...own.slice(-4), result] };
}

/** The buildpack's own error is the headline; without one, the last buildpack that introduced itself. */
function brokenBuildpack(whole: Case): VerdictParts {
  const found = findCause(whole.lines);
  if (found) return { headline: say('explain.said', { words: found.cause }), evidence: found.evidence };
  const title = whole.lines
    .map((line) => stripAnsi(line.text))
    .findLast((text) => /^\S.*\b[Bb]uildpack \d+\.\d+/.test(text));
  const headline =
    title === undefined ? say('explain.exit_51') : say('explain.exit_51_named', { buildpack: title.trim() });
  return { headline, evidence: lastLines(whole.lines, 3) };
}
