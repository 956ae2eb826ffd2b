import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { WIRE_ERROR_CODES } from '../../../../shared/protocol.ts';
import { BOT, LUNA, QUINN } from '../../../support/people.ts';
import { openRecordedVault, type RecordedVaultFixture } from '../../../support/recorded-vault-fixture.ts';
import { type Installed, installPackage } from './installed.ts';

const README = readFileSync(resolve(import.meta.dirname, '../../../../clients/javascript/README.md'), 'utf8');
const EXAMPLES = [...README.matchAll(/```ts\n(.*?)```/gs)].map(([, code = '']) => code);
const LIBRARIES = ['@twurple/api', '@twurple/chat', '@twurple/eventsub-ws', 'tmi.js'];

let installed: Installed;
let fixture: RecordedVaultFixture;

beforeAll(async () => {
  installed = await installPackage(LIBRARIES);
  fixture = await openRecordedVault();
  await fixture.signIn(LUNA, ['channel:manage:broadcast', 'moderator:read:followers', 'user:read:email']);
  await fixture.signIn(BOT, ['chat:read', 'chat:edit'], ['chat']);
}, 60_000);
afterAll(async () => {
  await fixture.close();
  await installed.remove();
});

/** The example with nothing changed but where Twitch is. */
function aimed(code: string): string {
  const { url, port } = fixture.twitch;
  return code
    .replace('new ChatClient({', `new ChatClient({ hostName: '127.0.0.1:${port}/irc?', ssl: false,`)
    .replace(
      'new tmi.Client({',
      `new tmi.Client({ connection: { server: '127.0.0.1', port: ${port}, secure: false },`,
    )
    .replace('https://api.twitch.tv', url);
}

interface Program {
  readonly child: ChildProcess;
  readonly out: () => string;
}

async function start(name: string, code: string): Promise<Program> {
  const file = await installed.write(`${name}.mjs`, aimed(code));
  const env = {
    ...{
      PATH: process.env.PATH ?? '',
      HOME: installed.folder,
      XDG_CONFIG_HOME: join(installed.folder, 'config'),
    },
    ...{ CASTKEY_SOCKET: fixture.socket, TWURPLE_MOCK_API_PORT: String(fixture.twitch.port) },
  };
  const child = spawn(process.execPath, [file], { env, stdio: ['ignore', 'pipe', 'inherit'] });
  let out = '';
  child.stdout.on('data', (chunk) => {
    out += String(chunk);
  });
  return { child, out: () => out };
}

async function stop({ child }: Program): Promise<void> {
  const gone = once(child, 'close');
  child.kill();
  await gone;
}

const chatters = (): (string | null)[] =>
  fixture.twitch.control
    .connections()
    .chat.filter(({ channels }) => channels.length > 0)
    .map(({ login }) => login);

/** A bot that is in the channel answers !hello. */
async function greets(program: Program): Promise<void> {
  await expect.poll(chatters, { timeout: 20_000 }).toEqual(['luna_bot']);
  fixture.twitch.control.say(LUNA, QUINN, '!hello');
  await expect
    .poll(() => fixture.twitch.control.chatMessages().at(-1))
    .toMatchObject({ senderId: BOT, text: 'hello quiet_quinn' });
  await stop(program);
  await expect.poll(chatters).toEqual([]);
}

/** What each example does, in the README's order. */
const DOES: readonly [name: string, check: (program: Program) => Promise<void>][] = [
  [
    'changes a title and ends by itself',
    async ({ child, out }) => {
      expect(await once(child, 'close')).toEqual([0, null]);
      expect(out()).toBe('Cardboard rocket, part 2\n');
    },
  ],
  ['greets in chat by Twurple', greets],
  [
    'tells of followers',
    async (program) => {
      await expect
        .poll(
          () => fixture.twitch.control.connections().eventsub.flatMap(({ subscriptions }) => subscriptions),
          { timeout: 20_000 },
        )
        .toHaveLength(1);
      fixture.twitch.control.follow(LUNA, QUINN);
      await expect.poll(program.out).toBe('静かなクイン follows\n');
      await stop(program);
    },
  ],
  ['greets in chat by tmi.js', greets],
  [
    'calls Twitch by itself',
    async ({ child, out }) => {
      expect(await once(child, 'close')).toEqual([0, null]);
      expect(out()).toBe('luna_streams@example.invalid\n');
    },
  ],
];

it('has as many examples as are run here', () => {
  expect(EXAMPLES).toHaveLength(DOES.length);
});

it.each(DOES.map(([name, check], place) => ({ name, check, place })))(
  'has an example that $name, after one window',
  async ({ check, place }) => {
    const before = fixture.streamer.asked;
    await check(await start(`example-${place}`, EXAMPLES[place] ?? ''));
    expect(fixture.streamer.asked - before).toBe(1);
  },
);

it('names every error code, and none that does not exist', () => {
  const table = README.slice(README.indexOf('## Errors'), README.indexOf('`instanceof CastkeyError`'));
  const told = [...table.matchAll(/^\| (.*?) \|/gm)].flatMap(([, cell = '']) =>
    [...cell.matchAll(/`([\w-]+)`/g)].map(([, code]) => code),
  );
  const own = ['vault-not-running', 'vault-unproven', 'connection-lost', 'timeout', 'bad-user', 'key-file'];
  expect(told.toSorted()).toEqual([...WIRE_ERROR_CODES, ...own].toSorted());
});
