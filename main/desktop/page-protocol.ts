import type { Protocol, Session } from 'electron';
import { securityHeaders } from '../server/headers.ts';
import { type PageFiles } from '../server/page-files.ts';

const scheme = 'app';
const host = 'kpack-desktop';

/** The page's origin. `file:` has none, and would give the page the whole disk (checklist 18). */
export const pageOrigin = `${scheme}://${host}`;

/**
 * Makes `app:` a scheme with an origin, `fetch` and a secure context (the clipboard needs one). To be
 * called before Electron is ready. https://www.electronjs.org/docs/latest/api/protocol
 */
export function registerScheme(protocol: Protocol): void {
  protocol.registerSchemesAsPrivileged([
    { scheme, privileges: { standard: true, secure: true, supportFetchAPI: true, codeCache: true } },
  ]);
}

/** Answers `app://kpack-desktop/…` from the built page, with the policy in the header. */
export function servePage(session: Session, page: PageFiles): void {
  session.protocol.handle(scheme, (request) => answer(new URL(request.url), page));
}

function answer(url: URL, page: PageFiles): Response {
  const file = url.host === host ? page.find(url.pathname) : null;
  if (file === null) return new Response(null, { status: 404, headers: securityHeaders });
  return new Response(file.content, { headers: { ...securityHeaders, 'Content-Type': file.type } });
}
