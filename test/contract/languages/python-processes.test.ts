/** What only Python does to a client: forks, more than one event loop, and arguments of any kind. */
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { findProgram } from '../../support/find-program.ts';
import { USER } from './language-vault-fixture.ts';
import { type ScenarioFixture, withScenarioFixture } from './scenario-fixture.ts';

const DRIVER = join(import.meta.dirname, 'drivers/processes.py');
const env = {
  PYTHONPATH: join(import.meta.dirname, '../../../clients/python'),
  PYTHONDONTWRITEBYTECODE: '1',
};
const missing = findProgram('python3') ? undefined : 'Python is not installed: apt-get install python3';
const LOGIN = 'luna_streams';

/** What a part of the driver found; it ends by itself, and says nothing else. */
async function run({ run: start }: ScenarioFixture, part: string): Promise<unknown> {
  // Newer Pythons warn of every fork beside threads, which is what this is about.
  const strict = ['-W', 'error', '-W', 'ignore::DeprecationWarning'];
  const { code, out, err } = await start(['python3', ...strict, DRIVER, part], env);
  expect({ code, err }).toEqual({ code: 0, err: '' });
  return JSON.parse(out);
}

const withPython = (title: string, scenario: (fixture: ScenarioFixture) => Promise<void>): void =>
  it.concurrent(title, { timeout: 120_000 }, async ({ skip }) => {
    if (missing) skip(missing);
    await withScenarioFixture({}, scenario);
  });

describe('Python', () => {
  for (const part of ['forks', 'untold-forks']) {
    withPython(
      `gives each forked process a connection of its own, the parent's untouched: ${part}`,
      (fixture) =>
        run(fixture, part).then((found) =>
          expect(found).toEqual({
            children: Array(5).fill([[LOGIN, USER], 0]),
            grandchild: [[LOGIN, [LOGIN, 0]], 0],
            idle: [null, 0],
            parent: LOGIN,
            heard: ['token.changed'],
          }),
        ),
    );
  }

  withPython('works in a pool of processes', async (fixture) => {
    expect(await run(fixture, 'pools')).toEqual(Array(4).fill(LOGIN));
    expect(fixture.vault.streamer.asked).toBe(1);
  });

  withPython('opens one window for calls that wait at once', async (fixture) => {
    expect(await run(fixture, 'together')).toEqual(['chat-bot.json']);
    const pairings = fixture.vault.recorded.requests.filter(({ method }) => method === 'pair');
    const needs = [{ user: USER, scopes: [['chat:read']] }, { intent: 'chat' }];
    expect(pairings.map(({ params }) => params.wants)).toEqual([expect.arrayContaining(needs)]);
    expect(pairings[0]?.params.wants).toHaveLength(needs.length);
    expect(fixture.vault.streamer.asked).toBe(1);
  });

  withPython('gives each event loop a connection of its own', async (fixture) => {
    expect(await run(fixture, 'loops')).toEqual({
      twice: Array(3).fill(LOGIN),
      'in turn': Array(3).fill(LOGIN),
      'at once': Array(12).fill(LOGIN),
      forked: [LOGIN, 0],
      closed: expect.stringContaining('connection-lost: connection-lost: This program closed'),
    });
    expect(fixture.vault.streamer.asked).toBe(1);
  });

  withPython('refuses at once what is no list of scopes, and says so', async (fixture) => {
    const found = (await run(fixture, 'refused')) as Record<string, string[]>;
    for (const [what, texts] of Object.entries(found)) {
      for (const text of texts) {
        expect({ what, text }).toEqual({
          what,
          text: expect.stringMatching(/^bad-request: .*\ba list, please/),
        });
      }
    }
    expect(Object.values(found).flat().length).toBeGreaterThan(50);
    expect(fixture.vault.recorded.requests).toEqual([]);
  });

  withPython('takes every collection there is', async (fixture) => {
    expect(await run(fixture, 'taken')).toEqual(Array(8).fill(['chat:read']));
    const [pairing] = fixture.vault.recorded.requests.filter(({ method }) => method === 'pair');
    expect(pairing?.params).toMatchObject({ wants: [{ user: USER, scopes: Array(7).fill(['chat:read']) }] });
  });
});
