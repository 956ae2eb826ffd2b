import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { createServer, type Socket } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { onTestFinished } from 'vitest';
import { writeKeyFile } from '../../../clients/javascript/src/key-file.ts';
import type { PipeListener } from '../../../electron/core/ports.ts';
import { LOCAL_PEER } from '../../support/test-bot.ts';
import { pairBot, type VaultFixture, vaultFixtureWithAlice } from '../../support/vault-fixture.ts';

/** A JSON object, as far as anybody knows. */
export type Json = Record<string, unknown>;

/** What a flaw may look at: one connection, and what was said on it. */
export interface Conversation {
  /** Counts connections from 0. */
  readonly index: number;
  /** Every byte that came in, as text of one character a byte. */
  bytes: string;
  /** The requests so far, by their ids. */
  readonly requests: Map<unknown, Json>;
  /** The vault's answers so far. */
  readonly answers: Json[];
  hangUp(): void;
}

/** How a vault is broken: what the good one hears, or says, in another way. */
export interface Flaw {
  /** Some answer never comes, so the judge must wait in vain. */
  readonly silent?: true;
  /** What the good vault gets in place of this. */
  hears?(bytes: string, conversation: Conversation): string;
  /** What is said instead of this answer to this request; `null` hangs up. */
  says?(answer: Json, request: Json, conversation: Conversation): Json | null;
  /** Whether it hangs up when the good vault does. */
  hangsUp?(conversation: Conversation): boolean;
}

/** The real vault with one account and one paired bot, on a real socket, broken on request. */
export interface FlawedVaultFixture {
  readonly vaultFixture: VaultFixture;
  readonly path: string;
  readonly keyFile: string;
  /** Hangs up on everybody. */
  hangUp(): void;
}

export const BOT_NAME = 'castkey-conformance';

export async function openFlawedVault(flaw: Flaw = {}): Promise<FlawedVaultFixture> {
  const vaultFixture = await vaultFixtureWithAlice();
  const { keys } = await pairBot(vaultFixture, undefined, 'always', BOT_NAME);
  const folder = await mkdtemp(join(tmpdir(), 'ck-judge-'));
  const path = join(folder, 's.sock');
  const keyFile = join(folder, 'key.json');
  const key = Buffer.from(keys.key, 'base64url');
  await writeKeyFile(keyFile, BOT_NAME, { keyId: keys.keyId, key, earlier: [] });
  let connections = 0;
  const sockets = new Set<Socket>();
  const server = createServer((socket) => {
    sockets.add(socket);
    serve(vaultFixture, socket, flaw, connections);
    connections += 1;
  });
  server.listen(path);
  await once(server, 'listening');
  onTestFinished(async () => {
    server.close();
    await rm(folder, { recursive: true, force: true });
  });
  const hangUp = (): void => {
    for (const socket of sockets) socket.destroy();
  };
  return { vaultFixture, path, keyFile, hangUp };
}

function serve(vaultFixture: VaultFixture, socket: Socket, flaw: Flaw, index: number): void {
  const conversation: Conversation = {
    index,
    bytes: '',
    requests: new Map(),
    answers: [],
    hangUp: () => void socket.destroy(),
  };
  const listener: PipeListener = vaultFixture.vault.accept({
    peer: LOCAL_PEER,
    lookAgain: async () => LOCAL_PEER,
    fingerprint: async () => null,
    pause: () => void socket.pause(),
    resume: () => void socket.resume(),
    write(line) {
      const answer = JSON.parse(line) as Json;
      const request = conversation.requests.get(answer.id) ?? {};
      const said = flaw.says ? flaw.says(answer, request, conversation) : answer;
      conversation.answers.push(answer);
      if (said === null) conversation.hangUp();
      else if (socket.writable) socket.write(`${JSON.stringify(said)}\n`);
      return true;
    },
    close() {
      if (flaw.hangsUp?.(conversation) ?? true) socket.destroySoon();
    },
  });
  socket.on('error', () => {});
  socket.on('data', (chunk: Buffer) => {
    const bytes = chunk.toString('latin1');
    conversation.bytes += bytes;
    for (const line of conversation.bytes.split('\n')) note(conversation, line);
    listener.data(Buffer.from(flaw.hears ? flaw.hears(bytes, conversation) : bytes, 'latin1'));
  });
  socket.on('close', () => listener.closed());
}

function note(conversation: Conversation, line: string): void {
  try {
    const request = JSON.parse(line) as Json;
    conversation.requests.set(request.id, request);
  } catch {
    // Half a line, or one that is bad on purpose.
  }
}
