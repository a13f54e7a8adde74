import { z } from 'zod';
import { RegistryError } from './errors.ts';
import { answerError, isLocalHost, readAll, type Http } from './http.ts';

export interface Credentials {
  readonly username: string;
  readonly password: string;
}

/** One `WWW-Authenticate` challenge. */
export interface Challenge {
  readonly scheme: 'bearer' | 'basic';
  readonly realm: string;
  readonly service: string | null;
  readonly scope: string | null;
}

interface Token {
  readonly header: string;
  /** Epoch milliseconds. */
  readonly expiresAt: number;
}

const tokenAnswer = z.object({
  token: z.string().optional(),
  access_token: z.string().optional(),
  expires_in: z.number().optional(),
});
/** A token that is about to run out is not used any more: the request has to arrive with it still valid. */
const spareMs = 10_000;

/**
 * Accounts and tokens of one registry
 * (https://github.com/distribution/distribution/blob/main/docs/content/spec/auth/token.md).
 */
export class Authorizer {
  readonly #http: Http;
  readonly #credentials: Credentials | null;
  readonly #tokens = new Map<string, Token>();
  #basic = false;

  constructor(http: Http, credentials: Credentials | null) {
    this.#http = http;
    this.#credentials = credentials;
  }

  /** The Authorization header to try for a scope (`repository:<name>:pull`), null when nothing is known yet. */
  header(scope: string): string | null {
    if (this.#basic) return this.#basicHeader();
    const token = this.#tokens.get(scope);
    return token !== undefined && token.expiresAt - spareMs > Date.now() ? token.header : null;
  }

  /** Answers a 401: true when there is a new header to try. Throws RegistryError of the token server. */
  async answer(challengeHeader: string, scope: string, signal?: AbortSignal): Promise<boolean> {
    const challenge = parseChallenge(challengeHeader);
    if (challenge === null) return false;
    if (challenge.scheme === 'basic') {
      const first = !this.#basic && this.#credentials !== null;
      this.#basic = this.#credentials !== null;
      return first;
    }
    const known = this.header(scope) !== null;
    this.#tokens.set(scope, await this.#fetchToken(challenge, scope, signal));
    return !known;
  }

  async #fetchToken(challenge: Challenge, scope: string, signal?: AbortSignal): Promise<Token> {
    const url = new URL(challenge.realm);
    if (url.protocol !== 'https:' && !isLocalHost(url.hostname)) {
      throw new RegistryError('other', `Refusing to ask ${url.host} for a token without encryption`, {
        url: challenge.realm,
      });
    }
    if (challenge.service !== null) url.searchParams.set('service', challenge.service);
    const wanted = scope === '' ? challenge.scope : scope;
    if (wanted !== null) for (const part of wanted.split(' ')) url.searchParams.append('scope', part);
    const basic = this.#basicHeader();
    const headers: Record<string, string> = basic === null ? {} : { authorization: basic };
    const response = await this.#http.send({ method: 'GET', url: url.href, headers, ...(signal ? { signal } : {}) });
    if (response.status !== 200) throw await answerError(response, url.href);
    const parsed = tokenAnswer.safeParse(JSON.parse((await readAll(response.body, 1024 * 1024)).toString('utf8')));
    const token = parsed.success ? (parsed.data.token ?? parsed.data.access_token) : undefined;
    if (token === undefined) throw new RegistryError('other', `${url.host} gave no token`, { url: challenge.realm });
    const seconds = parsed.success ? (parsed.data.expires_in ?? 60) : 60;
    return { header: `Bearer ${token}`, expiresAt: Date.now() + Math.max(seconds, 60) * 1000 };
  }

  #basicHeader(): string | null {
    if (this.#credentials === null) return null;
    const { username, password } = this.#credentials;
    return `Basic ${Buffer.from(`${username}:${password}`).toString('base64')}`;
  }
}

/** Reads a `WWW-Authenticate` header; of several challenges a Bearer one first. Null when neither kind is in it. */
export function parseChallenge(header: string): Challenge | null {
  const bearer = /\bBearer\s+(.*)$/i.exec(header);
  if (bearer) {
    const parameters = new Map(
      [...(bearer[1] ?? '').matchAll(/([a-z_]+)="((?:[^"\\]|\\.)*)"/gi)].map((match) => [
        match[1]?.toLowerCase(),
        match[2] ?? '',
      ]),
    );
    const realm = parameters.get('realm');
    if (realm === undefined || !URL.canParse(realm)) return null;
    return {
      scheme: 'bearer',
      realm,
      service: parameters.get('service') ?? null,
      scope: parameters.get('scope') ?? null,
    };
  }
  const basic = /\bBasic\b(?:\s+realm="([^"]*)")?/i.exec(header);
  return basic ? { scheme: 'basic', realm: basic[1] ?? '', service: null, scope: null } : null;
}
