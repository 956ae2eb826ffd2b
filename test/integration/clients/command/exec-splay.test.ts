import { onTestFinished, test } from 'vitest';
import { castkeyProgram, type Running } from '../../../support/castkey-program-fixture.ts';
import { type ClientFixture, temporaryFolder } from '../../../support/client-fixture.ts';
import { LUNA } from '../../../support/people.ts';
import { openSandboxVaultFixture } from '../../../support/sandbox-vault-fixture.ts';

const castkey = castkeyProgram();
const SCRIPT = "console.log('up'); setInterval(() => {}, 1000);";

test('bots restart one after the other for a new token, and at once when the one before is over', async () => {
  const vault = await openSandboxVaultFixture();
  onTestFinished(() => vault.close());
  await vault.signIn(LUNA, ['chat:read']);
  const folder = await temporaryFolder();
  const at = { vault: { path: vault.socket }, folder } as ClientFixture;
  const bots: Running[] = [];
  for (const name of ['one', 'two', 'three']) {
    const flags = `--name ${name} --user ${LUNA} --on-change restart --splay 600`;
    const bot = castkey.start(at, ['exec', ...flags.split(' '), '--', process.execPath, '-e', SCRIPT]);
    await bot.until('up');
    bots.push(bot);
  }
  const [first, second, third] = bots;
  // Two seconds of twenty are a minute of ten.
  await vault.vault.actions['account.refresh'].run({ userId: LUNA });
  await first?.until('up\nup');
  await second?.until('restarts in 60 s');
  await third?.until('restarts in 120 s');
  await vault.vault.actions['account.rotate'].run({ userId: LUNA });
  for (const bot of [second, third]) await bot?.until('up\nup');
  for (const bot of bots) {
    bot.process.kill('SIGTERM');
    await bot.ended();
  }
});
