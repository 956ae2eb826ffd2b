import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import { expect, onTestFinished } from 'vitest';
import { LIMITS } from '../../../shared/protocol.ts';
import { attack } from '../../support/attack.ts';
import { BOB } from '../../support/people.ts';
import { newNonce, reasonOf, resultOf } from '../../support/test-bot.ts';
import { click, signInAs } from '../../support/vault-fixture.ts';
import { type AttackFixture, isServed, openAttackFixture } from './attack-fixture.ts';

const NAMES = 40;

/** A real process that asks to be paired under many names at once; its answers come as error codes. */
function startSpammer({ path }: AttackFixture): {
  codes: string[];
  busy: Promise<void>;
  gone(): Promise<void>;
} {
  const script = `
    const { connect } = require('node:net');
    for (let one = 0; one < ${NAMES}; one += 1) {
      const socket = connect(${JSON.stringify(path)}).on('error', () => {});
      const say = (id, method, params) => socket.write(JSON.stringify({ jsonrpc: '2.0', id, method, params }) + '\\n');
      const nonce = Buffer.alloc(16, one).toString('base64url');
      say(1, 'hello', { protocol: 1, client: { name: 'nice bot ' + one }, nonce });
      say(2, 'pair', { reason: 'please' });
      let rest = '';
      socket.setEncoding('utf8').on('data', (text) => {
        const lines = (rest + text).split('\\n');
        rest = lines.pop();
        for (const line of lines) {
          const { id, error } = JSON.parse(line);
          if (id === 2) console.log(error ? error.data.code : 'paired');
        }
      });
    }
  `;
  const child = spawn(process.execPath, ['-e', script]);
  onTestFinished(() => void child.kill('SIGKILL'));
  const codes: string[] = [];
  const busy = new Promise<void>((resolve) => {
    createInterface(child.stdout).on('line', (code) => {
      codes.push(code);
      if (codes.length === NAMES - LIMITS.questions) resolve();
    });
  });
  const gone = async (): Promise<void> => {
    const exit = once(child, 'exit');
    child.kill('SIGKILL');
    await exit;
  };
  return { codes, busy, gone };
}

attack(
  'a program that asks to be paired under ever new names',
  'six of its questions wait, the others are busy; other programs are asked about',
  async () => {
    const fixture = await openAttackFixture();
    const { dial, honest } = fixture;
    await signInAs(fixture, BOB);
    const { codes, busy } = startSpammer(fixture);
    await busy;
    expect(new Set(codes)).toEqual(new Set(['busy']));
    expect(fixture.approval.current).toMatchObject({ kind: 'pair', waiting: LIMITS.questions - 1 });

    const { bot: newcomer } = await dial();
    await newcomer.request('hello', { protocol: 1, client: { name: 'newcomer' }, nonce: newNonce() });
    const pairing = newcomer.request('pair', {});
    const granting = honest.request('getAccessTokenForUser', { user: BOB });
    await expect.poll(() => fixture.approval.current?.waiting).toBe(LIMITS.questions + 1);
    const asked: string[] = [];
    while (fixture.approval.current) {
      const { claimedName } = fixture.approval.current;
      asked.push(claimedName);
      await click(fixture, claimedName.startsWith('nice bot') ? 'deny' : 'always');
    }
    expect(asked).toHaveLength(LIMITS.questions + 2);
    expect(reasonOf(await granting)).toBe('no error');
    expect(resultOf(await pairing).key).toMatch(/^[\w-]{43}$/);
    // A bot she knows comes before strangers, as soon as what is on screen is settled.
    expect(asked.indexOf('honest')).toBe(1);
  },
);

attack(
  'a program that asks, is gone, and asks again',
  'its window closes; after eight such questions nobody is asked for a while',
  async () => {
    const fixture = await openAttackFixture();
    const { honest, connections } = fixture;
    const asked: boolean[] = [];
    for (let turn = 0; turn < 4; turn += 1) {
      const spammer = startSpammer(fixture);
      await spammer.busy;
      asked.push(fixture.approval.current?.kind === 'pair');
      await spammer.gone();
      await expect.poll(connections).toBe(1);
      expect(fixture.approval.current).toBeNull();
      expect(spammer.codes).not.toContain('paired');
    }
    expect(asked[0]).toBe(true);
    expect(asked.at(-1)).toBe(false);
    const windows = new Set(fixture.approval.shown.map(({ id }) => id));
    // Twice: connections it made as it was killed are those of a program that can't be told any more.
    expect(windows.size).toBeLessThanOrEqual(2 * (LIMITS.pairings.refused + LIMITS.questions));
    expect(await isServed(honest)).toBe(true);
  },
);
