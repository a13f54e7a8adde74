import type { Fix, Text, Verdict } from '../../../preload/contract/text.ts';
import type { MessageKey } from '../../../preload/messages/index.ts';
import type { LineFact } from './log-lines.ts';

export type Values = Record<string, string | number>;

/** A sentence of the explain words. */
export function say(key: MessageKey, params?: Values): Text {
  return params === undefined ? { key } : { key, params };
}

/** What an explanation is put together from. */
export interface VerdictParts {
  readonly headline: Text;
  readonly where?: Text | null;
  readonly evidence?: readonly LineFact[];
  /** Words that prove it and are no log line. */
  readonly quotes?: readonly string[];
  readonly fixes?: readonly Fix[];
  readonly raw?: string;
}

/** A verdict for the page, with at most five lines of evidence. */
export function verdictOf(parts: VerdictParts): Verdict {
  const quotes = (parts.quotes ?? []).filter((text) => text !== '').map((text) => ({ line: null, text }));
  const lines = (parts.evidence ?? []).map((line) => ({ line: line.number, text: line.text }));
  return {
    headline: parts.headline,
    where: parts.where ?? null,
    evidence: [...quotes, ...lines].slice(0, 5),
    fixes: [...(parts.fixes ?? [])],
    raw: parts.raw ?? '',
  };
}

/** Names the image that a fix works on. */
export interface Target {
  readonly namespace: string;
  readonly image: string;
}

/** Builds the image again. */
export function buildAgain(target: Target, primary = true): Fix {
  return {
    id: 'build-again',
    label: say('explain.fix_build_again'),
    primary,
    params: { namespace: target.namespace, name: target.image },
  };
}

/** The same request; on an image that kpack has stopped watching it makes kpack look again. */
export function lookAgain(target: Target): Fix {
  return { ...buildAgain(target), label: say('explain.fix_look_again') };
}

export function openImage(target: Target): Fix {
  return {
    id: 'open-image',
    label: say('explain.fix_open_image'),
    primary: false,
    params: { namespace: target.namespace, name: target.image },
  };
}

/** A command line to copy; every value in it must be quoted already. */
export function copyCommand(command: string): Fix {
  return { id: 'copy-command', label: say('explain.fix_copy_command'), primary: false, params: { command } };
}
