import { mayOpen, type Host } from '../../preload/host.ts';

/** What the page's host can do: through the preload script in the window, by the browser's own means elsewhere. */
export function makeHost(): Host {
  const bridge = window.kpackDesktop;
  const common = { copy: (text: string) => navigator.clipboard.writeText(text), saveText };
  if (bridge !== undefined) {
    return {
      kind: 'desktop',
      ...common,
      openExternal: (url) => bridge.openExternal(url),
      chooseFile: (kind) => bridge.chooseFile(kind),
    };
  }
  return { kind: 'browser', ...common, openExternal };
}

function openExternal(url: string): Promise<void> {
  if (!mayOpen(url)) return Promise.reject(new Error(`not opened: ${url}`));
  window.open(url, '_blank', 'noopener,noreferrer');
  return Promise.resolve();
}

async function saveText(name: string, pieces: AsyncIterable<string>): Promise<void> {
  const parts: string[] = [];
  for await (const piece of pieces) parts.push(piece);
  const url = URL.createObjectURL(new Blob(parts, { type: 'text/plain;charset=utf-8' }));
  const link = document.createElement('a');
  link.href = url;
  link.download = name;
  link.click();
  URL.revokeObjectURL(url);
}
