/** The real core behind the real socket in plain Node, with a fake clock and a fake Twitch. */
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { connect, type Socket } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { onTestFinished } from 'vitest';
import { createPeerLookup } from '../../../electron/adapters/socket/peer.ts';
import { openSocket } from '../../../electron/adapters/socket/server.ts';
import type { Pipe } from '../../../electron/core/ports.ts';
import { ALICE } from '../../support/people.ts';
import { dialSocket, resultOf, type TestBot } from '../../support/test-bot.ts';
import {
  type PairedBot,
  pairBot,
  type VaultFixture,
  vaultFixtureWithAlice,
} from '../../support/vault-fixture.ts';

/** A vault that can be attacked, and a bot that minds its own business. */
export interface AttackFixture extends VaultFixture {
  /** The folder of the socket. */
  folder: string;
  path: string;
  /** The key of a bot that may use alice's account. */
  keys: PairedBot['keys'];
  /** That bot, on a connection of its own. */
  honest: TestBot;
  /** A connection that speaks the protocol by hand. */
  dial(): ReturnType<typeof dialSocket>;
  /** A connection that speaks nothing. */
  raw(): Promise<Socket>;
  /** A connection of the bot with these keys. */
  dialAs(keys?: PairedBot['keys']): ReturnType<typeof dialSocket>;
  /** The vault's end of the newest connection. */
  newest(): Pipe;
  /** How many connections the vault holds. */
  connections(): number;
  /** Closes the socket, as a vault that quits. */
  close(): Promise<void>;
}

/** Opens the vault's socket; whoever connects is described by the system, as in the program. */
export async function openAttackFixture(): Promise<AttackFixture> {
  const fixture = await vaultFixtureWithAlice();
  const { keys, hangUp } = await pairBot(fixture, undefined, 'always', 'honest');
  hangUp();
  const folder = mkdtempSync(join(tmpdir(), 'ck-'));
  const path = join(folder, 's');
  let held = 0;
  let newest: Pipe | null = null;
  const server = await openSocket({
    path,
    ownFolder: true,
    describe: await createPeerLookup(fixture.log),
    refused: (peer) => fixture.vault.refusedPeer(peer),
    accept(pipe) {
      const listener = fixture.vault.accept(pipe);
      held += 1;
      newest = pipe;
      return {
        ...listener,
        closed() {
          held -= 1;
          listener.closed();
        },
      };
    },
    log: fixture.log,
  });
  onTestFinished(async () => {
    await server.close();
    rmSync(folder, { recursive: true, force: true });
  });
  const dial = (): ReturnType<typeof dialSocket> => dialSocket(path, fixture.canary.heard);
  const dialAs = async (as = keys): ReturnType<typeof dialSocket> => {
    const line = await dial();
    resultOf(await line.bot.authenticate(as));
    return line;
  };
  const { bot: honest } = await dialAs();
  return Object.assign(fixture, {
    folder,
    path,
    keys,
    honest,
    dial,
    raw: () => rawSocket(path),
    dialAs,
    newest() {
      if (newest === null) throw new Error('nobody has connected');
      return newest;
    },
    connections: () => held,
    close: server.close,
  });
}

/** Connects and swallows errors: what is hung up on may well complain. */
export async function rawSocket(path: string): Promise<Socket> {
  const socket = connect(path);
  await once(socket, 'connect');
  socket.on('error', () => undefined);
  onTestFinished(() => void socket.destroy());
  return socket;
}

/** Resolves when the connection is over, however it ended. */
export function ending(socket: Socket): Promise<void> {
  return new Promise((resolve) => {
    socket.on('error', () => undefined).once('close', () => resolve());
  });
}

/** The honest bot is served: its token, at once. */
export async function isServed(bot: TestBot): Promise<boolean> {
  const token = resultOf(await bot.request('getAccessTokenForUser', { user: ALICE, interactive: 'never' }));
  return token?.userId === ALICE && token.refreshToken === null;
}

/**
 * Writes without reading until nothing more is taken; resolves with the number of lines. In small pieces
 * with a turn between them, so that it is the system's own buffers that fill up.
 */
export async function writeUntilStuck(socket: Socket, line: (turn: number) => string): Promise<number> {
  socket.pause();
  let [lines, stuck] = [0, 0];
  while (stuck < 200 && !socket.destroyed) {
    if (socket.writableLength === 0) {
      for (let more = 0; more < 20; more += 1, lines += 1) socket.write(line(lines));
      stuck = 0;
    }
    stuck += 1;
    await new Promise((resolve) => setImmediate(resolve));
  }
  return lines;
}
