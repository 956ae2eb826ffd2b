import { expect, it } from 'vitest';
import { tmiPassword } from '../../../../clients/javascript/src/tmi.ts';
import type { Want } from '../../../../clients/javascript/src/types.ts';
import { openClientFixture } from '../../../support/client-fixture.ts';
import { token } from '../../../support/scripted-vault-fixture.ts';

const refusal = { code: 'bad-request', message: expect.stringMatching(/\ba list, please/) };

/** What stands where a list of scopes belongs. */
const NO_SCOPES: [string, unknown][] = [
  ['a text', 'chat:read'],
  ['an empty text', ''],
  ['null', null],
  ['a number', 7],
  ['true', true],
  ['an object', { 0: 'chat:read', length: 1 }],
  ['a Set', new Set(['chat:read'])],
  ['bytes', Buffer.from('chat:read')],
  ['a list one too deep', [['chat:read']]],
  ['two scopes in one text', ['chat:read chat:edit']],
  ['scopes with a comma', ['chat:read,chat:edit']],
  ['a scope with a line break', ['chat:read\n']],
  ['an empty scope', ['']],
  ['a list with null', [null]],
  ['a list with undefined', [undefined]],
  ['a list with a number', [7]],
];

it.each(NO_SCOPES)('%s is no scope set: refused before anything is sent', async (_, set) => {
  const { vault, connect } = await openClientFixture();
  const bot = await connect();
  const before = vault.asked.length;
  await expect(bot.getAccessTokenForUser(5, ['chat:edit'], set as string[])).rejects.toMatchObject(refusal);
  await expect(bot.getAccessTokenForIntent('chat', set as string[])).rejects.toMatchObject(refusal);
  expect(() => tmiPassword(bot, 'chat', set as string[])).toThrow(expect.objectContaining(refusal));
  const wants = [{ intent: 'chat', scopes: [['chat:edit'], set as string[]] }];
  await expect(connect({ name: 'other', wants })).rejects.toMatchObject(refusal);
  expect(vault.asked.length).toBe(before);
});

it.each<[string, unknown]>([
  ['a text', 'chat'],
  ['one want without a list', { intent: 'chat' }],
  ['null', null],
  ['a number', 7],
  ['a list of texts', ['chat']],
  ['a list in a list', [[null]]],
  ['a list of null', [null]],
  ['scopes as a text', [{ intent: 'chat', scopes: 'chat:read' }]],
  ['scopes that are not nested', [{ intent: 'chat', scopes: ['chat:read'] }]],
  ['scopes that are null', [{ intent: 'chat', scopes: null }]],
  ['scopes nested too deep', [{ intent: 'chat', scopes: [[['chat:read']]] }]],
])('%s is no list of wants: refused before anything is sent', async (_, wants) => {
  const { vault, connect } = await openClientFixture();
  await expect(connect({ wants: wants as Want[] })).rejects.toMatchObject({ code: 'bad-request' });
  expect(vault.asked).toEqual([]);
});

it('takes undefined and empty sets, as Twurple passes them, and wants without any scope', async () => {
  const { vault, connect } = await openClientFixture();
  vault.on('getAccessTokenForUser', () => token());
  const bot = await connect({ wants: [{ user: 5, scopes: [] }, { intent: 'chat' }] });
  await bot.getAccessTokenForUser(5, undefined, [], ['chat:read', 'chat:edit']);
  expect(vault.asked.find(({ method }) => method === 'pair')?.params).toEqual({
    wants: [{ user: '5', scopes: [] }, { intent: 'chat' }],
    timeoutMs: 108_000,
  });
  expect(vault.asked.at(-1)?.params).toMatchObject({ scopeSets: [['chat:read', 'chat:edit']] });
});
