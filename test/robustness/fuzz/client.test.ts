import { expect, it } from 'vitest';
import { playMany } from './campaign.ts';

it('whatever a vault says, the client library’s reader finds its lines and throws nothing odd', {
  timeout: 60_000,
}, async () => {
  const { findings, reached } = await playMany('reader', 1, 20);
  expect(findings).toEqual([]);
  for (const what of [
    'result',
    'failure',
    'event',
    'unknown',
    'nonsense',
    'stream too-long',
    'stream not-utf8',
  ])
    expect(reached).toContain(what);
});

it('whatever a vault says, every call of a bot ends, with an answer or an error of the list', {
  timeout: 90_000,
}, async () => {
  const { findings, reached, messages } = await playMany('library', 1, 30);
  expect(findings).toEqual([]);
  expect(messages).toBeGreaterThan(300);
  for (const code of ['timeout', 'connection-lost', 'internal', 'denied']) expect(reached).toContain(code);
});
