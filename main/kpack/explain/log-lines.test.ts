import { describe, expect, it } from 'vitest';
import { findCause, stripAnsi } from './log-lines.ts';

function causeOf(...texts: string[]): string | null {
  return findCause(texts.map((text, index) => ({ number: index + 1, text })))?.cause ?? null;
}

describe('the line that names the cause', () => {
  it('of Maven is the compiler, not the summary after it', () => {
    expect(
      causeOf(
        '[INFO] -------------------------------------------------------------',
        '[ERROR] COMPILATION ERROR : ',
        '[ERROR] /workspace/src/main/java/Main.java:[10,5] cannot find symbol',
        '[INFO] BUILD FAILURE',
        '[ERROR] Failed to execute goal org.apache.maven.plugins:maven-compiler-plugin:3.8.1:compile (default-compile)',
        '[ERROR] -> [Help 1]',
        '\u001b[31;1mERROR: \u001b[0mfailed to build: exit status 1',
      ),
    ).toBe('/workspace/src/main/java/Main.java:[10,5] cannot find symbol');
  });

  it('of npm', () => {
    expect(
      causeOf(
        'npm ERR! code ERESOLVE',
        'npm ERR! unable to resolve dependency tree',
        'npm ERR! A complete log of this run can be found in: /x',
      ),
    ).toBe('unable to resolve dependency tree');
  });

  it('of Go', () => {
    expect(
      causeOf(
        '# example.com/app',
        './main.go:7:2: undefined: foo',
        'error: go build failed',
        'ERROR: failed to build: exit status 1',
      ),
    ).toBe('./main.go:7:2: undefined: foo');
  });

  it('is not found where nothing looks like one', () => {
    expect(causeOf('[WARNING] deprecated', 'compiling', 'ERROR: failed to build: exit status 3')).toBeNull();
  });
});

it('takes colours and cursor movements away', () => {
  expect(stripAnsi('\u001b[0;36m===> \u001b[1mBUILD\u001b[0m\u001b[K  ')).toBe('===> BUILD');
});
