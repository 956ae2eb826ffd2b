import { expect, it } from 'vitest';
import { createIntents } from '../../../../../electron/core/accounts/intents.ts';
import { createFakeDocumentStore } from '../../../../support/fake-document-store.ts';
import { ALICE, BOB } from '../../../../support/people.ts';

it('changes at the same time do not undo each other, nor does reading the table meanwhile', async () => {
  const documents = createFakeDocumentStore();
  const intents = createIntents({ documents }, () => undefined);
  await Promise.all([
    intents.change(ALICE, (own) => [...own, 'chat']),
    intents.load(),
    intents.change(ALICE, (own) => [...own, 'mods']),
    intents.change(BOB, () => ['clips']),
    intents.load(),
  ]);
  expect([intents.of(ALICE), intents.of(BOB)]).toEqual([['chat', 'mods'], ['clips']]);
  expect(JSON.parse(documents.files.get('intents') ?? '{}')).toEqual({
    chat: ALICE,
    mods: ALICE,
    clips: BOB,
  });
});
