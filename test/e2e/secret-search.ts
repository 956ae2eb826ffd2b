/** Looks for secrets where none may be, also in the disguises that programs put text into. */
import { readdirSync, readFileSync } from 'node:fs';
import { join, relative } from 'node:path';
import { SANDBOX_CONFIDENTIAL_CLIENT, type Sandbox } from '../../sandbox/server.ts';

/** A thousand requests leave more tokens than can be looked for in a second. */
const MAX_SECRETS = 60;

/** What is searched: the profile, for secrets of the sandbox and of the bots' keys in a folder outside of it. */
export interface Searched {
  twitch: Sandbox;
  home: string;
  keys: string;
}

/** A secret by a name that may be printed. */
export interface Named {
  name: string;
  secret: string;
}

/** What must stay secret in a fixture: tokens that Twitch issued so far, the client secret, bots' keys. */
export function secretsOf(fixture: Searched): Named[] {
  const tokens = fixture.twitch.control.issuedTokens();
  return [
    ...tokens.map((secret, index) => ({ name: `token ${index}`, secret })),
    { name: 'client secret', secret: SANDBOX_CONFIDENTIAL_CLIENT.clientSecret },
    ...readdirSync(fixture.keys).map((file) => ({
      name: `key of ${file}`,
      secret: pairingKey(fixture, file),
    })),
  ];
}

function pairingKey(fixture: Searched, file: string): string {
  const { key } = JSON.parse(readFileSync(join(fixture.keys, file), 'utf8')) as { key: string };
  return key;
}

/**
 * All that the Castkey of a fixture printed, and all that its profile holds: log, record, crash files,
 * Chromium's own.
 */
export function searchFixture(fixture: Searched, printed: string): string[] {
  const secrets = secretsOf(fixture).slice(0, MAX_SECRETS);
  return [...findSecrets('its output', printed, secrets), ...searchFolder(fixture.home, secrets)];
}

/** Where in `text` which secrets are, in words; empty when all is well. */
export function findSecrets(where: string, text: string | Buffer, secrets: readonly Named[]): string[] {
  const bytes = typeof text === 'string' ? Buffer.from(text) : text;
  return secrets.flatMap(({ name, secret }) =>
    Object.entries(disguises(secret)).flatMap(([form, needles]) =>
      needles.some((needle) => bytes.includes(needle)) ? [`${name} (${form}) in ${where}`] : [],
    ),
  );
}

/** Every file of a folder, sockets aside, which have no content. */
export function searchFolder(folder: string, secrets: readonly Named[]): string[] {
  return readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .flatMap((entry) => {
      const path = join(entry.parentPath, entry.name);
      return findSecrets(relative(folder, path), contentOf(path), secrets);
    });
}

/** A file that Chromium removes in this moment holds nothing. */
function contentOf(path: string): Buffer {
  try {
    return readFileSync(path);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return Buffer.alloc(0);
    throw error;
  }
}

function disguises(secret: string): Record<string, (string | Buffer)[]> {
  const hex = Buffer.from(secret).toString('hex');
  return {
    clear: [secret],
    'UTF-16': [Buffer.from(secret, 'utf16le')],
    hex: [hex, hex.toUpperCase()],
    base64: [0, 1, 2].flatMap((before) => base64Inside(secret, before)),
    'URL-encoded': encodeURIComponent(secret) === secret ? [] : [encodeURIComponent(secret)],
  };
}

/**
 * How it looks inside of something longer, after so many bytes: the characters that depend on neighbours cut
 * off.
 */
function base64Inside(secret: string, before: number): string[] {
  const encoded = Buffer.from(`${'x'.repeat(before)}${secret}`)
    .toString('base64')
    .replace(/=+$/, '');
  const sure = encoded.slice(Math.ceil((before * 8) / 6), -1);
  return [sure, sure.replaceAll('+', '-').replaceAll('/', '_')];
}
