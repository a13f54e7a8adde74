import { type Fix, type Refusal, type Verdict } from '../../preload/contract/index.ts';
import { type Style } from './style.ts';
import { type Words } from './words.ts';

/** Why something failed: the deepest cause, where, the lines that prove it, the ways on. */
export function showVerdict(verdict: Verdict, words: Words, style: Style): string[] {
  return [
    `${style.bad('✗')} ${style.strong(words.text(verdict.headline))}`,
    ...(verdict.where === null ? [] : [`  ${words.text(verdict.where)}`]),
    ...verdict.evidence.map(({ line, text }) => `  │ ${line === null ? '' : `${line}: `}${text}`),
    ...waysOn(verdict.fixes, words),
  ];
}

/** A refused request, in the same form. */
export function showRefusal(refusal: Refusal, words: Words, style: Style): string[] {
  return [
    `${style.bad('✗')} ${style.strong(words.text(refusal.cause))}`,
    ...refusal.raw
      .split('\n')
      .filter((line) => line !== '')
      .slice(0, 5)
      .map((line) => `  │ ${line}`),
    ...waysOn(refusal.fixes, words),
  ];
}

function waysOn(fixes: Fix[], words: Words): string[] {
  const lines = fixes.flatMap((fix) => {
    const command = commandFor(fix, `${words.program} setup`);
    return command === null ? [] : [`  → ${words.text(fix.label)}: ${command}`];
  });
  return lines.length === 0 ? [] : [words.say('cli.ways_on'), ...lines];
}

/** The command that does what the page's button would do; null for what only a page can do. */
function commandFor({ id, params }: Fix, setup: string): string | null {
  switch (id) {
    case 'retry':
    case 'check-again':
      return setup;
    case 'use-port':
      return `${setup} --port ${params['port'] ?? ''}`;
    case 'use-address':
      return `${setup} --address ${params['address'] ?? ''}`;
    case 'install-engine':
      return `${setup} --install-engine ${params['choice'] ?? 'docker'}`;
    case 'replace-cluster':
      return `${setup} --replace-cluster`;
    case 'choose-bundle':
      return `${setup} --bundle PATH`;
    case 'copy-command':
    case 'start-engine':
      return params['command'] ?? null;
    case 'use-value':
      return params['value'] ?? null;
    case 'build-again':
    case 'open-image':
    case 'open-setup':
      return null;
  }
}
