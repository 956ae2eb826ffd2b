/** Plays a round against a vault of its own and looks whether everything still holds. */

import { MARKER } from '../../support/fake-twitch-state.ts';
import { pictureOf } from '../../support/fake-windows.ts';
import { ALICE } from '../../support/people.ts';
import { reasonOf, resultOf } from '../../support/test-bot.ts';
import { type Connection, fillIn, newConnection, noteProof, rightProof } from './connection.ts';
import { type FuzzFixture, openFuzzFixture, protectedState } from './fuzz-fixture.ts';
import { type HostilePeer, IN_MEMORY, type Transport } from './hostile-peer.ts';
import { judge } from './judge.ts';
import { createSeededChoice } from './seeded-choice.ts';
import { bytesOf, CONNECTIONS, type Say, type Step } from './step.ts';

const CROWD = 150;
/** Longer than any wait for people or Twitch. */
const LONG = 700_000;
const GLOBALS = [Object, Array, String, Number, Function, Map, Promise].map((one) => one.prototype as object);
const untouched = GLOBALS.map((one) => Reflect.ownKeys(one).length);

interface Play {
  fixture: FuzzFixture;
  transport: Transport;
  connections: (Connection | null)[];
  finished: Connection[];
  /** Sent together with the next line of the place. */
  held: Map<Connection, Buffer[]>;
  messages: number;
  replay: string;
  reached: Set<string>;
  findings: string[];
}

/** What came of it. */
export interface Played {
  messages: number;
  /** What the vault said, and to whom. */
  reached: Set<string>;
  findings: string[];
}

/** The same steps and the same seed make the same round. */
export async function playRound(
  steps: readonly Step[],
  seed: number,
  transport: Transport = IN_MEMORY,
): Promise<Played> {
  const fixture = await openFuzzFixture(createSeededChoice(seed));
  const [before, timers, tokens] = [protectedState(fixture), fixture.time.running(), filesOf(fixture)];
  const connections = Array.from({ length: CONNECTIONS }, () => null);
  const play: Play = {
    fixture,
    transport,
    connections,
    finished: [],
    held: new Map(),
    messages: 0,
    replay: 'none',
    reached: new Set(),
    findings: [],
  };
  for (const step of steps) await take(play, step);
  await windUp(play);
  if (protectedState(fixture) !== before) play.findings.push('the vault is not what it was');
  const known = play.finished.some(({ proved }) => proved !== null);
  if (!known && filesOf(fixture) !== tokens)
    play.findings.push('somebody who proved nothing changed what is kept of accounts');
  if (fixture.time.running() > timers) play.findings.push('timers are left over');
  play.findings.push(...leaks(fixture), ...pollution());
  await fixture.vault.stop();
  const { messages, reached, findings } = play;
  return { messages, reached, findings };
}

const filesOf = ({ accounts }: FuzzFixture): string => JSON.stringify([...accounts.files]);

async function take(play: Play, step: Step): Promise<void> {
  const { fixture, connections } = play;
  const { vault, time, approval, signIn } = fixture;
  if (step.do === 'say') return say(play, step);
  if ('on' in step) {
    const connection = connections[step.on] ?? null;
    if (step.do === 'stop reading') connection?.peer.reads(false);
    else if (step.do === 'read on') connection?.peer.reads(true);
    else leave(play, step.on);
    return;
  }
  await time.settle();
  if (step.do === 'wait') await time.pass(step.ms);
  if (step.do === 'deny' && approval.current)
    vault.actions['approval.decide'].run({ ...pictureOf(approval), decision: 'deny', intents: {} });
  if (step.do === 'close windows') closeWindows(fixture);
  if (step.do === 'lock') await vault.actions['vault.lock'].run();
  if (step.do === 'unlock') await vault.actions['vault.unlock'].run({});
  if (step.do === 'crowd') await crowd(play);
  if (step.do === 'ask innocent' && !vault.view().locked) await askInnocent(play);
  if (signIn.current && step.do === 'deny') vault.actions['signIn.cancel'].run({ id: signIn.current.id });
}

function closeWindows({ vault, approval, signIn }: FuzzFixture): void {
  if (approval.current) vault.approval.closed();
  if (signIn.current) vault.signIn.closed();
}

async function quiet(connection: Connection | null): Promise<void> {
  if (connection) connection.sent.push(await connection.peer.quiet());
}

async function connectionAt(play: Play, on: number): Promise<Connection> {
  const known = play.connections[on];
  if (known && !known.peer.closed) return known;
  if (known) leave(play, on);
  const nonce = Buffer.alloc(24, play.finished.length + 31 * on).toString('base64url');
  const connection = newConnection(await play.transport.dial(play.fixture), nonce);
  play.connections[on] = connection;
  return connection;
}

async function say(play: Play, step: Say): Promise<void> {
  const connection = await connectionAt(play, step.on);
  if (/\{\{(proof|reflected|truncated)/.test(step.text)) await quiet(connection);
  play.messages += 1;
  const text = fillIn(step.text, connection, play.fixture, play.replay, play.messages);
  const held = [...(play.held.get(connection) ?? []), bytesOf(step, text)];
  play.held.delete(connection);
  if (step.held) return void play.held.set(connection, held);
  deliver(play, connection, Buffer.concat(held), step.pieces);
}

function deliver(play: Play, connection: Connection, bytes: Buffer, pieces = bytes.length): void {
  const { peer, sent } = connection;
  if (peer.closed) return;
  sent.push(bytes);
  if (bytes.includes('authenticate')) noteProof(connection, play.fixture);
  for (let at = 0; at < bytes.length; at += pieces) peer.write(bytes.subarray(at, at + pieces));
  play.replay = rightProof(connection, play.fixture) ?? play.replay;
}

/** The connection goes, with a line half sent if one was held back. */
function leave(play: Play, on: number): void {
  const connection = play.connections[on];
  if (!connection) return;
  const held = play.held.get(connection);
  const half = held && Buffer.concat(held);
  if (half) deliver(play, connection, half.subarray(0, half.length >> 1));
  connection.hungUp = !connection.peer.closed;
  connection.peer.hangUp();
  play.finished.push(connection);
  play.connections[on] = null;
}

/** More silent connections than there is room for; then they are gone again. */
async function crowd(play: Play): Promise<void> {
  const many: HostilePeer[] = [];
  const [before, timers] = [play.transport.count(), play.fixture.time.running()];
  for (let count = 0; count < CROWD; count += 1) many.push(await play.transport.dial(play.fixture));
  for (const peer of [many[0], many.at(-1)]) await peer?.quiet();
  for (const peer of many) {
    if (peer.said.some((line) => !/"busy"|"not-paired"/.test(line)))
      play.findings.push(`said unasked: ${peer.said}`);
    peer.hangUp();
  }
  await play.transport.left(before);
  // One more may run: it tells windows of the change.
  if (play.fixture.time.running() > timers + 1) play.findings.push('timers are left over');
}

async function askInnocent({ fixture: { innocent }, findings }: Play): Promise<void> {
  const token = await innocent.request('getAccessTokenForUser', { user: ALICE, interactive: 'never' });
  const status = await innocent.request('status', {});
  if (innocent.closed || !('result' in token))
    findings.push(`the innocent bot was refused: ${reasonOf(token)}`);
  else if (token.result?.userId !== ALICE) findings.push('the innocent bot got another token');
  if (resultOf(status).users.length !== 1) findings.push('the innocent bot sees something else');
}

async function windUp(play: Play): Promise<void> {
  const { fixture, connections, held, finished, findings } = play;
  const { vault, time } = fixture;
  for (const [connection, bytes] of held) deliver(play, connection, Buffer.concat(bytes));
  held.clear();
  for (const connection of connections) connection?.peer.reads(true);
  for (const connection of connections) await quiet(connection);
  for (const connection of connections)
    if (connection) findings.push(...judge(connection, fixture, false, play.reached));
  if (vault.view().locked) await vault.actions['vault.unlock'].run({});
  await askInnocent(play);
  closeWindows(fixture);
  await time.pass(LONG);
  for (const connection of connections) await quiet(connection);
  for (const connection of [...connections, ...finished])
    if (connection) findings.push(...judge(connection, fixture, true, play.reached));
  connections.forEach((_, on) => void leave(play, on));
  await play.transport.left(0);
  await time.settle();
  if (vault.view().bots.some(({ name, connections }) => connections !== (name === 'me' ? 1 : 0)))
    findings.push('connections are left over');
  await time.pass(10_000);
  await askInnocent(play);
}

/** Secrets where people or disks get them. */
function leaks({ vault, log, approval, signIn }: FuzzFixture): string[] {
  const told = JSON.stringify([vault.view(), log.lines, approval.shown, signIn.shown]);
  return told.includes(MARKER) ? ['a secret was shown or logged'] : [];
}

function pollution(): string[] {
  const touched = GLOBALS.some((one, index) => Reflect.ownKeys(one).length !== untouched[index]);
  return touched ? ['a prototype that everything shares was changed'] : [];
}
