/** Takes out of a text, or of any data, what looks like a secret: the last net under every log line. */

const HIDDEN = '[hidden]';
const SECRET_FIELD = /token|secret|passphrase|password|authorization|cookie|proof/i;
const SECRET_FIELD_EXACT = /^(?:key|code|device_?code|user_?code|nonce|state)$/i;
/** Deeper data than this is not worth a log line. */
const MAX_DEPTH = 6;

const PATTERNS: readonly (readonly [RegExp, string])[] = [
  // A query or fragment can carry an authorization code or, in the implicit flow, a token.
  [/[?#][^\s"'<>]*=[^\s"'<>]*/g, `?${HIDDEN}`],
  [/\b(bearer|oauth)([ :]+)[^\s"',;]+/gi, `$1$2${HIDDEN}`],
  // "refresh_token":"…", client_secret=…, key: …
  [
    /((?:[\w-]*(?:token|secret|passphrase|password)[\w-]*|\b(?:key|code|device_?code|user_?code))["']?\s*[:=]\s*)("[^"]*"|'[^']*'|[^\s,;&}"']+)/gi,
    `$1${HIDDEN}`,
  ],
  // Twitch's tokens and client secrets are 30 (tokens) to 50 lowercase letters and digits.
  [/[a-z0-9]{28,}/g, HIDDEN],
  // Pairing keys, proofs and sealed data: base64url or base64 of 30 bytes and more.
  [/(?<![\w/.-])[A-Za-z0-9_+-]{40,}={0,2}/g, HIDDEN],
];

/** The text without what looks like a token, a secret, a key or a URL's query. */
export function redactText(text: string): string {
  return PATTERNS.reduce((rest, [pattern, by]) => rest.replace(pattern, by), text);
}

/** A copy of any data that JSON can hold, without what looks like a secret; never throws. */
export function redactData(value: unknown, depth = 0): unknown {
  if (typeof value === 'string') return redactText(value);
  if (typeof value === 'bigint' || typeof value === 'symbol' || typeof value === 'function')
    return typeof value;
  if (value === null || typeof value !== 'object') return value;
  if (depth >= MAX_DEPTH) return '[deep]';
  if (value instanceof Error) return redactError(value);
  if (ArrayBuffer.isView(value)) return `[${value.byteLength} bytes]`;
  if (Array.isArray(value)) return value.map((item) => redactData(item, depth + 1));
  return Object.fromEntries(Object.entries(value).map(([name, inner]) => [name, field(name, inner, depth)]));
}

function field(name: string, value: unknown, depth: number): unknown {
  if (typeof value === 'boolean' || value === null) return value;
  if (SECRET_FIELD.test(name) || SECRET_FIELD_EXACT.test(name)) return HIDDEN;
  return redactData(value, depth + 1);
}

function redactError(error: Error): string {
  return redactText(error.stack ?? `${error.name}: ${error.message}`);
}
