import { expect, it } from 'vitest';
import type { ApprovalWantView } from '../../../shared/prompt-views.ts';
import { isDangerous, isDangerousYes, reachOf } from '../../../shared/token-reach.ts';

const want = (over: Partial<ApprovalWantView>): ApprovalWantView => ({
  app: false,
  optional: [],
  intent: null,
  account: { userId: '1', login: 'luna' },
  absentUser: null,
  granted: [],
  choices: [],
  otherBots: [],
  scopes: [],
  ...over,
});
const KEY = 'channel:read:stream_key';
const choices = [
  { userId: '1', login: 'luna', granted: ['chat:read'] },
  { userId: '2', login: 'nova', granted: [KEY] },
];
const open = want({ intent: 'chat', account: null, choices });

it('reaches all that is granted, asked for or not, and what is asked for, granted or not', () => {
  expect(reachOf(want({ granted: ['chat:read', KEY], scopes: ['chat:read', 'chat:edit'] }))).toEqual([
    { scope: 'chat:read', asked: true, granted: true },
    { scope: 'chat:edit', asked: true, granted: false },
    { scope: KEY, asked: false, granted: true },
  ]);
});

it('of a user who isn’t here reaches nothing, whatever is asked for', () => {
  const absent = want({ account: null, absentUser: '9', scopes: [KEY] });
  expect(reachOf(absent)).toEqual([]);
  expect(isDangerousYes([absent], {})).toBe(false);
});

it('takes the own token of an application for dangerous, which has no scopes', () => {
  const app = want({ app: true, account: null });
  expect(reachOf(app)).toEqual([]);
  expect(isDangerousYes([app], {})).toBe(true);
});

it.each([
  ['nobody is chosen yet', {}, true],
  ['the harmless one is chosen', { chat: '1' }, false],
  ['the dangerous one is chosen', { chat: '2' }, true],
  ['somebody is chosen who is no choice', { chat: '3' }, true],
])('of an intent that nobody has, while %s', (_when, intents, dangerous) => {
  expect(isDangerousYes([open], intents)).toBe(dangerous);
});

it('takes what nobody knows for dangerous', () => {
  expect(['chat:read', 'channel:manage:polls', KEY, 'made:up'].map(isDangerous)).toEqual([
    false,
    false,
    true,
    true,
  ]);
});
