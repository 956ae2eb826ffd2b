/** A bot that asks, and the streamer in front of its question. */
import type { ApprovalChoice } from '../../../../../shared/ipc.ts';
import { pictureOf } from '../../../../support/fake-windows.ts';
import { ALICE } from '../../../../support/people.ts';
import {
  type PairedBot,
  pairBot,
  type VaultFixture,
  vaultFixtureWithAlice,
} from '../../../../support/vault-fixture.ts';

/** Asks for alice's token. */
export const ask = (bot: PairedBot, scope = 'chat:read') =>
  bot.request('getAccessTokenForUser', { user: ALICE, scopeSets: [[scope]] });

/** A bot that asks for alice's token, with its question on the screen. */
export async function asking(scopes = ['chat:read']) {
  const fixture = await vaultFixtureWithAlice(scopes);
  const bot = await pairBot(fixture, []);
  const asked = ask(bot);
  await fixture.time.settle();
  return { fixture, bot, asked };
}
/** The same, with a page that has drawn nothing yet. */
export async function drawnLate() {
  const fixture = await vaultFixtureWithAlice();
  const bot = await pairBot(fixture, []);
  fixture.approval.still = true;
  const asked = ask(bot);
  await fixture.time.settle();
  return { fixture, bot, asked };
}

/** Whether the answer to what is on the screen was taken. */
export async function decide(
  fixture: VaultFixture,
  decision: ApprovalChoice,
  understood = false,
): Promise<boolean> {
  const answer = { ...pictureOf(fixture.approval), decision, understood };
  return (await fixture.vault.actions['approval.decide'].run(answer)).ok;
}
