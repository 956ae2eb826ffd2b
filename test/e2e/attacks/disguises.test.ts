import { realpathSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { afterAll, beforeAll, expect } from 'vitest';
import { attack } from '../../support/attack.ts';
import {
  DISGUISE,
  type Disguise,
  type DisguisedProgram,
  needDisguises,
  needNamespaces,
  SLEEP,
  startDisguised,
  startLeaving,
  startMounted,
  wearsDisguise,
} from '../../support/disguised-program.ts';
import { newNonce, reasonOf, resultOf } from '../../support/test-bot.ts';
import { type CastkeyFixture, openSharedCastkeyFixture } from '../castkey-fixture.ts';
import { answerApproval, goTo } from '../window-actions.ts';
import { approvalSaying } from './approval-attacker.ts';

let fixture: CastkeyFixture;
beforeAll(async () => {
  fixture = await openSharedCastkeyFixture();
}, 90_000);
afterAll(() => fixture?.close());

/** Asks to be let in, and is denied; what the window told of it, and the record. */
async function told(program: DisguisedProgram): Promise<{ window: string; record: string }> {
  const bot = await program.connected;
  const name = `bot ${program.pid}`;
  resultOf(await bot.request('hello', { protocol: 1, client: { name }, nonce: newNonce() }));
  const pairing = bot.request('pair', {});
  const approval = await approvalSaying(fixture, name);
  const window = await approval.getByRole('main').innerText();
  await answerApproval(fixture.castkey, 'Deny');
  expect(reasonOf(await pairing)).toBe('denied');
  const main = await fixture.castkey.main();
  await goTo(main, 'Activity');
  const entry = main.getByRole('listitem').filter({ hasText: name }).first();
  await entry.getByRole('button', { name: 'Who asked', exact: true }).click();
  return { window, record: await entry.innerText() };
}

attack(
  'a program that connects while Castkey is stopped, and starts another in its place before it goes on',
  'told as one that could not be looked at in time',
  async (context) => {
    const perl = needDisguises(context);
    const { process: castkey, socket } = fixture.castkey;
    const script = join(dirname(socket), 'honest-bot.js');
    writeFileSync(script, 'setTimeout(() => undefined, 600_000);');
    const node: Disguise = [realpathSync(process.execPath), script];
    const starts = [
      [SLEEP, () => startDisguised(perl, socket, 'starts', 'at once')],
      // Node makes what it was left look like a connection of its own.
      [node, () => startLeaving(perl, socket, node)],
    ] as const;
    for (const [disguise, start] of starts) {
      castkey.kill('SIGSTOP');
      const since = performance.now();
      const program = start();
      await expect
        .poll(() => wearsDisguise(program, disguise) && performance.now() - since > 1000)
        .toBe(true);
      castkey.kill('SIGCONT');
      const { window, record } = await told(program);
      for (const text of [window, record]) {
        expect(text).toContain(disguise[0]);
        expect(text).toContain('couldn’t look in time');
      }
    }
  },
  60_000,
);

attack(
  'a program that runs under another one’s path, by a mount that only it sees',
  'told as one whose path may lead to another file',
  async (context) => {
    const perl = needDisguises(context);
    needNamespaces(context);
    const { window, record } = await told(startMounted(perl, fixture.castkey.socket));
    for (const text of [window, record]) {
      expect(text).toContain(DISGUISE);
      expect(text).toContain('Its path may lead to another file');
    }
  },
  60_000,
);
