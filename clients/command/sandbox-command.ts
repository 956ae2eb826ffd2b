import { type Command, json } from './command.ts';
import { Failure, UsageError, usage } from './command-errors.ts';
import { EXIT } from './exit-codes.ts';
import { type CommandLine, parseCommandLine } from './flags.ts';
import type { Io, SandboxThread } from './io.ts';
import { askSandbox } from './sandbox/control.ts';
import { FAULTS, faultCall, readTimes } from './sandbox/faults.ts';

/** Where a sandbox listens, and is looked for, unless told. */
const DEFAULT_PORT = '4711';

const faultRows = Object.entries(FAULTS)
  .map(([name, { help, ofUser }]) => `  ${`${name}${ofUser ? ' [USER]' : ''}`.padEnd(17)}${help}`)
  .join('\n');

/** `castkey sandbox`: a stand-in Twitch to rehearse with, and its faults. */
export const sandboxCommand: Command = {
  summary: 'run a pretend Twitch to rehearse with, and make it fail',
  operands: '[fault NAME [USER]]',
  words: ['fault', ...Object.keys(FAULTS)],
  flags: ['port', 'state', 'lifetime', 'times', 'path', 'json', 'help'],
  details: `Without operands: runs a stand-in for Twitch on this computer until it is stopped, and says how Castkey and
Twurple are pointed at it. It answers as Twitch does and needs no account. With --state its accounts and
logins outlive it. While it runs, a line typed into it is a fault; so is, from elsewhere,
castkey sandbox fault NAME (for the one at --port, else at CASTKEY_TWITCH, else at ${DEFAULT_PORT}).

Faults:
${faultRows}

Examples:
  castkey sandbox --state ./twitch.json
  CASTKEY_TWITCH=http://127.0.0.1:${DEFAULT_PORT} castkey status --start
  castkey sandbox fault expire luna_bot
  castkey sandbox fault 5xx --times 3 --path /oauth2/token`,
  async run(line, io) {
    const [what, ...words] = line.rest;
    if (what === undefined) return runSandbox(line, io);
    if (what !== 'fault')
      throw usage(`"${what}" is not expected here. Did you mean: castkey sandbox fault ${what}`);
    const sent = await sendFault(words, line, io, baseOf(line, io));
    io.out(line.has('json') ? json(sent) : `${inWords(sent)}\n`);
    return EXIT.ok;
  },
};

function baseOf(line: CommandLine, { host: { env } }: Io): string {
  const port = readNumber(line, 'port', 65_535);
  if (port === undefined && env.CASTKEY_TWITCH) return env.CASTKEY_TWITCH.replace(/\/$/, '');
  return `http://127.0.0.1:${port ?? DEFAULT_PORT}`;
}

function readNumber(line: CommandLine, flag: 'port' | 'lifetime', max: number): string | undefined {
  const text = line.text(flag);
  if (text === undefined || (/^\d{1,9}$/.test(text) && Number(text) <= max)) return text;
  throw usage(`--${flag} takes a whole number up to ${max}, not "${text}".`);
}

async function sendFault(
  words: readonly string[],
  line: CommandLine,
  io: Io,
  base: string,
): Promise<unknown> {
  const [name, user, ...surplus] = words;
  if (name === undefined) throw usage(`Which fault? There are: ${Object.keys(FAULTS).join(', ')}.`);
  if (surplus[0] !== undefined) throw usage(`"${surplus[0]}" is not expected here.`);
  const choice = { user, times: readTimes(line.text('times')), path: line.text('path') };
  const call = faultCall(name, choice);
  return { fault: name, answer: await askSandbox(io, base, call) };
}

function inWords(sent: unknown): string {
  const { fault, answer } = sent as { fault: string; answer: unknown };
  if (!Array.isArray(answer)) return `done: ${fault} ${JSON.stringify(answer)}`;
  return answer.length === 0 ? 'no fault waits' : answer.map((one) => JSON.stringify(one)).join('\n');
}

/** Runs the sandbox until a signal comes. */
async function runSandbox(line: CommandLine, io: Io): Promise<number> {
  const state = line.text('state');
  const lifetime = readNumber(line, 'lifetime', 999_999_999);
  const sandbox = io.startSandbox([
    ...['--port', readNumber(line, 'port', 65_535) ?? DEFAULT_PORT],
    ...(state === undefined ? [] : ['--state', state]),
    ...(lifetime === undefined ? [] : ['--lifetime', lifetime]),
  ]);
  const url = await sandbox.url.catch((error: Error) => {
    const taken = error.message.includes('EADDRINUSE') ? ' Choose another --port; 0 is any free one.' : '';
    throw new Failure('sandbox', `${error.message}${taken}`);
  });
  io.out(await greeting(line, io, url));
  const stopListening = io.onLine((typed) => void applyTyped(typed, line, io, { url, sandbox }));
  const stop = io.onSignal(() => void sandbox.stop());
  const why = await sandbox.ended;
  stopListening();
  stop();
  if (why !== undefined) throw new Failure('sandbox', `The sandbox has ended: ${why}.`);
  return EXIT.ok;
}

async function greeting(line: CommandLine, io: Io, url: string): Promise<string> {
  const state = await askSandbox(io, url, { method: 'GET', path: '/sandbox/state' });
  const { accounts, clients } = state as {
    accounts: { login: string }[];
    clients: { clientId: string; kind: string }[];
  };
  const { host, port } = new URL(url);
  const [chat, eventsub] = [`ws://${host}/irc`, `ws://${host}/ws`];
  if (line.has('json')) return json({ url, port: Number(port), chat, eventsub, accounts, clients });
  const ids = clients.map(({ clientId, kind }) => `            ${plain(clientId)} (${kind})`);
  return `A pretend Twitch runs at ${url}

  Castkey   start it with CASTKEY_TWITCH=${url}
  Twurple   start the bot with TWURPLE_MOCK_API_PORT=${port}
  others    chat at ${chat}, EventSub at ${eventsub}
  client IDs, any other will do, too:
${ids.join('\n')}
  accounts  ${accounts.map(({ login }) => plain(login)).join(', ')}

Type a fault, such as "expire luna_bot" or "5xx --times 3"; help lists them, quit ends it.
`;
}

/** Of a state file, which may hold anything; a client ID is as long as a token, and none. */
const plain = (text: string): string => text.replace(/[\p{Cc}\p{Cf}]/gu, '');

/** A typed line: a fault with its flags, `help` or `quit`. Mistakes are told and nothing ends. */
async function applyTyped(
  typed: string,
  line: CommandLine,
  io: Io,
  { url, sandbox }: { readonly url: string; readonly sandbox: SandboxThread },
): Promise<void> {
  const words = typed.trim().split(/\s+/).filter(Boolean);
  if (words.length === 0) return;
  if (words[0] === 'quit' || words[0] === 'exit') return sandbox.stop();
  if (words[0] === 'help') return io.out(`${faultRows}\n`);
  try {
    const given = parseCommandLine(words, ['times', 'path']);
    const sent = await sendFault(
      given.rest.filter((word) => word !== 'fault'),
      given,
      io,
      url,
    );
    io.out(line.has('json') ? json(sent) : `${inWords(sent)}\n`);
  } catch (error) {
    if (!(error instanceof UsageError) && !(error instanceof Failure)) throw error;
    io.err(`castkey: ${error.message}\n`);
  }
}
