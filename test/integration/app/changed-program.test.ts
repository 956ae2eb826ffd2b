import { type ChildProcessWithoutNullStreams, spawn } from 'node:child_process';
import { once } from 'node:events';
import { appendFileSync, copyFileSync, mkdtempSync, realpathSync, renameSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, it, onTestFinished } from 'vitest';
import { createPeerLookup } from '../../../electron/adapters/socket/peer.ts';
import { openSocket } from '../../../electron/adapters/socket/server.ts';
import { ALICE } from '../../support/people.ts';
import { connectBot, newNonce, reasonOf, resultOf, type TestBot } from '../../support/test-bot.ts';
import { click, type VaultFixture, vaultFixtureWithAlice } from '../../support/vault-fixture.ts';

/** What a program of its own does: it carries bytes between the test and the socket. */
const CARRY = `
  const socket = require('node:net').connect(process.argv[1]);
  process.stdin.pipe(socket).pipe(process.stdout);
  socket.on('error', () => process.exit(1));`;

/** A bot whose words come out of a process of this program. */
async function runAs(program: string, path: string): Promise<TestBot> {
  const child: ChildProcessWithoutNullStreams = spawn(program, ['-e', CARRY, path]);
  onTestFinished(() => void child.kill());
  await once(child, 'spawn');
  return connectBot(
    {
      accept(pipe) {
        let rest = '';
        child.stdout.setEncoding('utf8').on('data', (text: string) => {
          const lines = (rest + text).split('\n');
          rest = lines.pop() ?? '';
          for (const line of lines) pipe.write(line);
        });
        return {
          data: (bytes) => void child.stdin.write(bytes),
          drained: () => undefined,
          closed: () => void child.kill(),
        };
      },
    },
    () => undefined,
  );
}

async function serveFixture(): Promise<{ fixture: VaultFixture; path: string; folder: string }> {
  const fixture = await vaultFixtureWithAlice();
  const folder = realpathSync(mkdtempSync(join(tmpdir(), 'ck-')));
  const path = join(folder, 's');
  const server = await openSocket({
    path,
    ownFolder: true,
    describe: await createPeerLookup(fixture.log),
    accept: (pipe) => fixture.vault.accept(pipe),
    refused: (peer) => fixture.vault.refusedPeer(peer),
    log: fixture.log,
  });
  onTestFinished(async () => {
    await server.close();
    rmSync(folder, { recursive: true, force: true });
  });
  return { fixture, path, folder };
}

/** Resolves when the streamer is asked. */
function asked(fixture: VaultFixture): Promise<void> {
  const { approval } = fixture;
  if (approval.current !== null) return Promise.resolve();
  const show = approval.show.bind(approval);
  return new Promise((resolve) => {
    approval.show = (view, byHer) => {
      show(view, byHer);
      approval.show = show;
      resolve();
    };
  });
}

it.runIf(process.platform === 'linux')(
  'a compiled bot goes on when it is moved, and is held when it was exchanged',
  async () => {
    const { fixture, path, folder } = await serveFixture();
    const program = join(folder, 'songbot');
    copyFileSync(process.execPath, program);
    const first = await runAs(program, path);
    await first.request('hello', { protocol: 1, client: { name: 'songbot' }, nonce: newNonce() });
    const shown = asked(fixture);
    const pairing = first.request('pair', { wants: [{ user: ALICE }] });
    await shown;
    expect(fixture.approval.current?.peer).toMatchObject({ program, script: null });
    await click(fixture, 'always');
    const keys = resultOf(await pairing);
    const never = { user: ALICE, interactive: 'never' } as const;
    // Answered once its program was read whole: one moved before that can't be told from another.
    expect(resultOf(await first.request('getAccessTokenForUser', never))?.userId).toBe(ALICE);

    const moved = join(folder, 'songbot-1.1');
    renameSync(program, moved);
    const second = await runAs(moved, path);
    expect(reasonOf(await second.authenticate(keys))).toBe('no error');
    expect(resultOf(await second.request('getAccessTokenForUser', never))?.userId).toBe(ALICE);
    expect(fixture.view().bots[0]).toMatchObject({ program: moved, changed: null });

    copyFileSync(moved, program);
    appendFileSync(program, 'and something else');
    const third = await runAs(program, path);
    expect(reasonOf(await third.authenticate(keys))).toBe('no error');
    expect(reasonOf(await third.request('getAccessTokenForUser', never))).toBe('denied');
    const again = asked(fixture);
    const answer = third.request('getAccessTokenForUser', { user: ALICE });
    await again;
    expect(fixture.approval.current).toMatchObject({
      kind: 'changed',
      changes: [{ what: 'program', after: program }],
    });
    await click(fixture, 'always');
    expect(resultOf(await answer)?.userId).toBe(ALICE);
  },
  60_000,
);

it.runIf(process.platform === 'linux')(
  'the first program that uses a key another one asked for is the bot, and the next is held',
  async () => {
    const { fixture, path, folder } = await serveFixture();
    const [command = '', bot = '', thief = ''] = ['castkey-pair', 'go-bot', 'thief'].map((name) => {
      const program = join(folder, name);
      copyFileSync(process.execPath, program);
      appendFileSync(program, name);
      return program;
    });
    const never = { user: ALICE, interactive: 'never' } as const;
    const introducer = await runAs(command, path);
    await introducer.request('hello', { protocol: 1, client: { name: 'go-bot' }, nonce: newNonce() });
    const shown = asked(fixture);
    const pairing = introducer.request('pair', { wants: [{ user: ALICE }], introduces: true });
    await shown;
    expect(fixture.approval.current).toMatchObject({ introduces: true, peer: { program: command } });
    await click(fixture, 'always');
    const keys = resultOf(await pairing);

    // What `castkey status` does between takes nobody's place.
    const again = await runAs(command, path);
    expect(reasonOf(await again.authenticate(keys))).toBe('no error');
    expect(resultOf(await again.request('getAccessTokenForUser', never))?.userId).toBe(ALICE);
    expect(fixture.view().bots[0]).toMatchObject({ program: command, introduced: 'awaited', changed: null });

    for (const turn of ['first', 'second']) {
      const itself = await runAs(bot, path);
      expect(reasonOf(await itself.authenticate(keys)), turn).toBe('no error');
      expect(resultOf(await itself.request('getAccessTokenForUser', never))?.userId, turn).toBe(ALICE);
      expect(fixture.view().bots[0]).toMatchObject({ program: bot, introduced: 'learned', changed: null });
    }
    const told = fixture.view().activity.filter(({ text }) => text.includes('is taken to be it'));
    expect(told).toMatchObject([{ kind: 'pairing', peer: { program: bot, proved: true } }]);

    const other = await runAs(thief, path);
    expect(reasonOf(await other.authenticate(keys))).toBe('no error');
    expect(reasonOf(await other.request('getAccessTokenForUser', never))).toBe('denied');
    expect(fixture.view().bots[0]?.changed).toMatchObject({ held: true });
  },
  60_000,
);
