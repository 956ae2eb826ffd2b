import { mkdirSync, readdirSync, readFileSync, readlinkSync, realpathSync, writeFileSync } from 'node:fs';
import { stat } from 'node:fs/promises';
import { release } from 'node:os';
import { join } from 'node:path';
import { expect } from 'vitest';
import { doubtsOf, peerChanged } from '../../../electron/core/bots/peer.ts';
import type { Peer } from '../../../electron/core/ports.ts';
import { attack } from '../../support/attack.ts';
import {
  DISGUISE,
  type Disguise,
  type DisguisedProgram,
  hasEnded,
  needDisguises,
  needFixedAddresses,
  needNamespaces,
  silence,
  startAligned,
  startContained,
  startDisguised,
  startFrom,
  startLeaving,
  startMounted,
  takeNumber,
  wearsDisguise,
} from '../../support/disguised-program.ts';
import { pictureOf } from '../../support/fake-windows.ts';
import { ALICE } from '../../support/people.ts';
import { newNonce, reasonOf, resultOf } from '../../support/test-bot.ts';
import { click } from '../../support/vault-fixture.ts';
import { type AttackFixture, isServed, openAttackFixture } from './attack-fixture.ts';

/** Has it ask to be paired; returns what the system said of it when it connected, and what it says now. */
async function asked(
  { approval, newest }: AttackFixture,
  program: DisguisedProgram,
): Promise<{ before: Peer; now: () => Promise<Peer> }> {
  const bot = await program.connected;
  const name = `bot ${program.pid}`;
  resultOf(await bot.request('hello', hello(name)));
  void bot.request('pair', { wants: [{ user: ALICE }] });
  await expect.poll(() => approval.current?.claimedName).toBe(name);
  const { peer, lookAgain } = newest();
  expect(peer.pid).toBe(program.pid);
  return { before: peer, now: lookAgain };
}

const hello = (name: string) => ({ protocol: 1, client: { name }, nonce: newNonce() });

/** A script that does nothing bad. */
function honestScript({ folder }: AttackFixture, text = 'setTimeout(() => undefined, 600_000);'): string {
  const script = join(realpathSync(folder), 'honest-bot');
  writeFileSync(script, text);
  return script;
}

const CLOSED_ON_EXEC = /^flags:\s+0*2[0-7]{6}$/m;
/** What the system tells of the one socket a process has. */
function descriptorOf(pid: number): string {
  const sockets = readdirSync(`/proc/${pid}/fd`).filter((fd) => {
    return readlinkSync(`/proc/${pid}/fd/${fd}`).startsWith('socket:') && Number(fd) > 3;
  });
  return sockets.map((fd) => readFileSync(`/proc/${pid}/fdinfo/${fd}`, 'utf8')).join('');
}

const GONE = { program: DISGUISE, connection: 'elsewhere' };
/** Since Linux 6.5 a socket leads to the process itself, not only to its number. */
function hasPidfd(): boolean {
  const [major = 0, minor = 0] = release().split('.').map(Number);
  return major > 6 || (major === 6 && minor >= 5);
}

/** As a stopped process does: nothing happens here, and what others do piles up. */
function standStill(isOver: () => boolean): void {
  const sleeper = new Int32Array(new SharedArrayBuffer(4));
  for (let turn = 0; turn < 200 && (turn < 15 || !isOver()); turn += 1) Atomics.wait(sleeper, 0, 0, 50);
}

/** Kinds of disguise, and what becomes of their connection. */
const UNSEEN = [
  ['starts', 'elsewhere'],
  ['starts-and-leaves-it', 'inherited'],
] as const;

attack(
  'a program that runs under another one’s path, by a mount of its own',
  'told as one whose path may lead to another file, in the record, too',
  async (context) => {
    const perl = needDisguises(context);
    needNamespaces(context);
    const fixture = await openAttackFixture();
    const { before, now } = await asked(fixture, startMounted(perl, fixture.path));
    expect(before).toMatchObject({ program: DISGUISE, otherNamespace: true });
    expect(doubtsOf(await now())).toEqual(['other-namespace', 'other-file']);
    await click(fixture, 'deny');
    const [told] = fixture.view().activity.filter(({ kind }) => kind === 'pairing');
    expect(told?.peer).toMatchObject({ program: DISGUISE, doubts: ['other-namespace', 'other-file'] });
    expect(await isServed(fixture.honest)).toBe(true);
  },
);

attack(
  'a program that connects while Castkey stands still, and starts another in its place before it looks',
  'told as one that may not be the one that connected, or isn’t the one that speaks',
  async (context) => {
    const perl = needDisguises(context);
    const fixture = await openAttackFixture();
    for (const [kind, connection] of UNSEEN) {
      const program = startDisguised(perl, fixture.path, kind, 'at once');
      standStill(() => wearsDisguise(program));
      const { before, now } = await asked(fixture, program);
      expect(before).toMatchObject({ program: DISGUISE, late: true });
      const facts = await now();
      expect(facts).toMatchObject({ program: DISGUISE, connection });
      expect(doubtsOf(facts)).toEqual([connection, 'late']);
      expect(peerChanged(before, facts)).toBe(connection === 'elsewhere');
      await click(fixture, 'deny');
    }
    expect(await isServed(fixture.honest)).toBe(true);
  },
);

attack(
  'a program that connects while Castkey stands still, and starts Node in its place, which makes what it was left look like its own',
  'told as one that could not be looked at in time',
  async (context) => {
    const perl = needDisguises(context);
    const fixture = await openAttackFixture();
    const disguise: Disguise = [realpathSync(process.execPath), honestScript(fixture)];
    const program = startLeaving(perl, fixture.path, disguise);
    standStill(() => wearsDisguise(program, disguise));
    const { before, now } = await asked(fixture, program);
    expect(before).toMatchObject({ program: disguise[0], script: disguise[1], late: true });
    expect(doubtsOf(await now())).toContain('late');
    await click(fixture, 'deny');
    expect(await isServed(fixture.honest)).toBe(true);
  },
);

attack(
  'a program that makes its connection look like one it can’t have been left, after it was looked at',
  'told as before: another program may have connected',
  async (context) => {
    const perl = needDisguises(context);
    const fixture = await openAttackFixture();
    const program = startDisguised(perl, fixture.path, 'closes-on-exec');
    const { now } = await asked(fixture, program);
    const flags = (): string => descriptorOf(program.pid);
    expect(flags()).not.toMatch(CLOSED_ON_EXEC);
    program.next();
    await expect.poll(flags).toMatch(CLOSED_ON_EXEC);
    expect(doubtsOf(await now())).toEqual(['inherited']);
    await click(fixture, 'deny');
    expect(await isServed(fixture.honest)).toBe(true);
  },
);

attack(
  'a program without random addresses that starts another script in its place, its stack at the very same place',
  'told as one that may be replaced unnoticed; her yes is not taken',
  async (context) => {
    const perl = needDisguises(context);
    needFixedAddresses(context);
    const fixture = await openAttackFixture();
    const script = honestScript(fixture, 'sleep 600;');
    const disguise: Disguise = [realpathSync(perl), script];
    const program = startAligned(disguise[0], fixture.path, disguise);
    const { before, now } = await asked(fixture, program);
    expect(doubtsOf(await now())).toEqual(['inherited', 'replaceable']);
    program.next();
    await expect.poll(() => wearsDisguise(program, disguise)).toBe(true);
    const facts = await now();
    expect(facts).toMatchObject({ run: before.run, program: before.program, script });
    expect(peerChanged(before, facts)).toBe(true);
    await fixture.time.pass(1_500);
    const yes = { ...pictureOf(fixture.approval), decision: 'always', understood: true } as const;
    expect(await fixture.vault.actions['approval.decide'].run(yes)).toMatchObject({ ok: false });
    await click(fixture, 'deny');
    expect(await isServed(fixture.honest)).toBe(true);
  },
);

attack(
  'a stranger, and four processes of a bot, whose scripts lie in a file system that never answers',
  'the stranger is told as one whose file can’t be seen; nobody else waits, and files can be read',
  async (context) => {
    const perl = needDisguises(context);
    const fixture = await openAttackFixture();
    const folder = join(fixture.folder, 'silent');
    mkdirSync(folder);
    const all = Array.from({ length: 5 }, () => startFrom(perl, fixture.path, folder));
    const [stranger, ...bots] = await Promise.all(
      all.map(async (one) => ({ one, bot: await one.connected })),
    );
    if (!(await silence(folder))) context.skip('only root can mount a file system of its own here');
    const asking = bots.map(({ bot }) => bot.authenticate(fixture.keys));
    if (stranger)
      void stranger.bot.request('hello', hello('silent')).then(() => stranger.bot.request('pair', {}));
    const since = performance.now();
    expect(await stat('/')).toMatchObject({ dev: expect.any(Number) });
    const other = await fixture.dialAs();
    expect(await isServed(other.bot)).toBe(true);
    expect(performance.now() - since).toBeLessThan(1_500);
    await expect.poll(() => fixture.approval.current?.claimedName, { timeout: 10_000 }).toBe('silent');
    await expect.poll(() => fixture.approval.current?.doubts, { timeout: 10_000 }).toEqual(['other-file']);
    for (const answer of await Promise.all(asking)) expect(reasonOf(answer)).toBe('no error');
    await click(fixture, 'deny');
    expect(await isServed(fixture.honest)).toBe(true);
  },
  60_000,
);

attack(
  'a program that starts another in its place while the streamer is asked about it',
  'her yes is not taken: she is told of the other one, and can’t allow it',
  async (context) => {
    const perl = needDisguises(context);
    const fixture = await openAttackFixture();
    for (const [kind] of UNSEEN) {
      const program = startDisguised(perl, fixture.path, kind);
      const { before, now } = await asked(fixture, program);
      expect(before.program).toBe(realpathSync(perl));
      // By what runs alone: its connection already says something.
      const changed = async (): Promise<boolean> =>
        peerChanged(before, { ...(await now()), connection: null });
      expect(await changed()).toBe(false);
      program.next();
      await expect.poll(() => wearsDisguise(program)).toBe(true);
      expect(await changed()).toBe(true);
      expect((await now()).program).toBe(DISGUISE);
      await fixture.time.pass(1_500);
      const yes = { ...pictureOf(fixture.approval), decision: 'always', understood: true } as const;
      expect(await fixture.vault.actions['approval.decide'].run(yes)).toMatchObject({ ok: false });
      expect(fixture.approval.current).toMatchObject({ otherProgram: true });
      await click(fixture, 'deny');
    }
    expect(await isServed(fixture.honest)).toBe(true);
  },
);

attack(
  'a program that ends while its child speaks on, and another one gets its number',
  'noticed when the streamer decides',
  async (context) => {
    const perl = needDisguises(context);
    const fixture = await openAttackFixture();
    const program = startDisguised(perl, fixture.path, 'ends');
    const { before, now } = await asked(fixture, program);
    expect(peerChanged(before, await now())).toBe(false);
    program.next();
    await expect.poll(() => hasEnded(program)).toBe(true);
    expect(peerChanged(before, await now())).toBe(true);
    if (!(await takeNumber(perl, program.pid))) context.skip('only root can choose the number of a process');
    const facts = await now();
    // The connection is still there; who has it isn't said, or that it isn't this one.
    expect(facts).toMatchObject({ uid: process.getuid?.(), ...(hasPidfd() ? { program: null } : GONE) });
    expect(peerChanged(before, facts)).toBe(true);
    expect(await isServed(fixture.honest)).toBe(true);
  },
);

attack(
  'a bot’s key, used from a container',
  'nothing until the streamer says so; then served there as here',
  async (context) => {
    const perl = needDisguises(context);
    needNamespaces(context);
    const fixture = await openAttackFixture();
    const program = startContained(perl, fixture.path);
    const bot = await program.connected;
    resultOf(await bot.authenticate(fixture.keys));
    const { peer, lookAgain } = fixture.newest();
    expect(peer).toMatchObject({ pid: program.pid, program: realpathSync(perl), otherNamespace: true });
    // Its network is its own as well, so less can be told; that alone is no reason to refuse it.
    const facts = await lookAgain();
    expect(facts).toMatchObject({ connection: 'inherited', otherFile: false });
    expect(peerChanged(peer, facts)).toBe(false);

    expect(await isServed(bot).catch(String)).toMatch(/denied/);
    const asking = bot.request('getAccessTokenForUser', { user: ALICE });
    await expect.poll(() => fixture.approval.current?.changes[0]?.after).toMatch(/container/);
    await click(fixture, 'always');
    expect(reasonOf(await asking)).toBe('no error');
    expect([await isServed(bot), await isServed(fixture.honest)]).toEqual([true, true]);
  },
);
