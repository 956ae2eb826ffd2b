import { expect, it } from 'vitest';
import { capTimes } from '../../../../../electron/core/backup/capped-times.ts';
import { readContents } from '../../../../../electron/core/backup/contents.ts';
import { HOUR } from '../../../../support/fake-time.ts';

const NOW = 1_767_614_400_000;

/** A backup with one bot whose permission ends so. */
function withEnd(ends: unknown) {
  const used = { createdAt: NOW, lastUsedAt: null, uses: 0 };
  const grant = { id: 'g', userId: '1001', intent: null, scopes: [], ends, ...used };
  const bot = { keyId: 'some-key-1', name: 'bot', pairedAt: NOW, program: null, lastSeenAt: null };
  const bots = [{ ...bot, grants: [grant], sealedKey: 'k'.repeat(43) }];
  const rest = { madeAt: NOW, standIn: false, applications: [], accounts: [], intents: [], settings: {} };
  const contents = readContents(JSON.stringify({ ...rest, bots }));
  if (contents === null) throw new Error('no backup');
  return capTimes(contents, NOW).bots[0]?.grants[0]?.ends;
}

it.each([
  ['at a moment', { kind: 'at', at: 1e300 }, { kind: 'at', at: NOW + 12 * HOUR }],
  [
    'with the stream',
    { kind: 'stream', begun: true, offlineSince: 1e300, latest: 1e300 },
    { kind: 'stream', begun: true, offlineSince: NOW, latest: NOW + 12 * HOUR },
  ],
  ['never', null, null],
])(
  'a permission that ends %s ends no later than one given when the backup was made',
  (_how, ends, capped) => {
    expect(withEnd(ends)).toEqual(capped);
  },
);
