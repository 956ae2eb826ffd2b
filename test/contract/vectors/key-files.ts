import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { readKeyFile, writeKeyFile } from '../../../clients/javascript/src/key-file.ts';

const KEY = Buffer.from(Array.from({ length: 32 }, (_, index) => index * 8));
const NAME = 'chat-bot';

/** Files that hold no key for a bot called `chat-bot`. */
const BAD = (good: Record<string, unknown>): Record<string, string> => ({
  'of another bot': JSON.stringify({ ...good, name: 'other-bot' }),
  'of a bot whose name differs in case': JSON.stringify({ ...good, name: 'Chat-Bot' }),
  'cut off': JSON.stringify(good).slice(0, 40),
  'an empty file': '',
  'no keyId': JSON.stringify({ ...good, keyId: undefined }),
  'a key of 31 bytes': JSON.stringify({ ...good, key: KEY.subarray(1).toString('base64url') }),
  'a padded key': JSON.stringify({ ...good, key: `${KEY.toString('base64url')}=` }),
  'a key in hex': JSON.stringify({ ...good, key: KEY.toString('hex') }),
});

/** What a key file looks like, written and read back by the library; and files it refuses. */
export async function keyFileVectors() {
  const folder = await mkdtemp(join(tmpdir(), 'ck-vectors-'));
  const path = join(folder, 'key.json');
  const taken = (text: string): Promise<unknown> =>
    writeFile(path, text, { mode: 0o600 }).then(() => readKeyFile(path, NAME));
  try {
    await writeKeyFile(path, NAME, { keyId: 'k1', key: KEY, earlier: [] });
    const written = await readFile(path, 'utf8');
    const good = JSON.parse(written) as Record<string, unknown>;
    await taken(JSON.stringify({ ...good, later: [1] }));
    const refused = [];
    for (const [name, text] of Object.entries(BAD(good))) {
      const outcome = await taken(text).catch(() => 'refused');
      if (outcome !== 'refused') throw new Error(`a key file with ${name} is taken`);
      refused.push({ name, text });
    }
    return {
      name: NAME,
      keyId: 'k1',
      key: KEY.toString('base64url'),
      keyHex: KEY.toString('hex'),
      written,
      refused,
    };
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}
