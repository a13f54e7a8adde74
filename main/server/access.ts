import { createHash, randomBytes, timingSafeEqual } from 'node:crypto';

/** Links that were printed and not opened yet; the oldest is forgotten for the newest. */
const maxTokens = 16;

/**
 * Who may use the local page: the holder of a link, once, and afterwards the browser that opened it.
 * Everything lives in memory and ends with the process.
 */
export class Access {
  readonly #name: string;
  readonly #session = secret();
  readonly #key: string;
  #tokens: Buffer[] = [];

  /**
   * `port` goes into the name of the cookie: cookies are not separated by port, so that two servers
   * on 127.0.0.1 would take each other's (RFC 6265 part 8.5). `key` is for programs of the same user.
   */
  constructor(port: number, key: string = secret()) {
    this.#name = `kpack-desktop-${port}`;
    this.#key = key;
  }

  /** A token that opens the page once. */
  newToken(): string {
    const token = secret();
    this.#tokens = [...this.#tokens, digest(token)].slice(-maxTokens);
    return token;
  }

  /** Takes a token and gives the `Set-Cookie` header for it, or null when it is unknown or used. */
  redeem(token: string): string | null {
    const given = digest(token);
    const matches = this.#tokens.filter((known) => timingSafeEqual(known, given));
    if (matches.length === 0) return null;
    this.#tokens = this.#tokens.filter((known) => !matches.includes(known));
    return `${this.#name}=${this.#session}; Path=/; HttpOnly; SameSite=Strict`;
  }

  /** Whether a `Cookie` header holds the session. */
  hasSession(cookies: string | undefined): boolean {
    const values = (cookies ?? '')
      .split(';')
      .map((pair) => pair.trim())
      .filter((pair) => pair.startsWith(`${this.#name}=`))
      .map((pair) => pair.slice(this.#name.length + 1));
    return values.some((value) => same(value, this.#session));
  }

  /** Whether an `Authorization` header holds the key that only this user can read. */
  hasKey(authorization: string | undefined): boolean {
    return same(authorization ?? '', `Bearer ${this.#key}`);
  }
}

/** 256 random bits for links, cookies and keys. */
export function secret(): string {
  return randomBytes(32).toString('base64url');
}

/** Digests have one length, as `timingSafeEqual` demands, and tell nothing about the length of the secret. */
function digest(value: string): Buffer {
  return createHash('sha256').update(value).digest();
}

function same(a: string, b: string): boolean {
  return timingSafeEqual(digest(a), digest(b));
}
