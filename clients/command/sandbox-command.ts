import { type Command, json } from './command.ts';
import { Failure, UsageError, usage } from './command-errors.ts';
import { EXIT } from './exit-codes.ts';
import { type CommandLine, type FlagName, parseCommandLine } from './flags.ts';
import type { Io, SandboxThread } from './io.ts';
import { askSandbox } from './sandbox/control.ts';
import { askDisguise, writeDisguise } from './sandbox/disguise.ts';
import { eventCall, eventInWords } from './sandbox/events.ts';
import { type ControlCall, FAULTS, faultCall, readTimes } from './sandbox/faults.ts';
import { greeting } from './sandbox/greeting.ts';
import { runAsTwitch } from './sandbox/run-program.ts';

/** Where a sandbox listens, and is looked for, unless told. */
const DEFAULT_PORT = '4711';

const faultRows = Object.entries(FAULTS)
  .map(([name, { help, ofUser }]) => `  ${`${name}${ofUser ? ' [USER]' : ''}`.padEnd(17)}${help}`)
  .join('\n');

/** `castkey sandbox`: a stand-in Twitch to rehearse with, its faults and events, and programs that take it for Twitch. */
export const sandboxCommand: Command = {
  summary: 'run a pretend Twitch to rehearse with, and make it fail',
  operands: '[run -- COMMAND | fault NAME [USER] | event TYPE [USER] [FIELD=VALUE...]]',
  words: ['run', 'fault', 'event', ...Object.keys(FAULTS)],
  flags: ['port', 'state', 'lifetime', 'as-twitch', 'times', 'path', 'json', 'help'],
  passesOn: 'with-operands',
  details: `Without operands: runs a stand-in for Twitch on this computer until it is stopped, and says how Castkey and
bots are pointed at it. It answers as Twitch does and needs no account. At its one port it speaks HTTP,
WebSocket and IRC, each with and without TLS. With --state its accounts and logins outlive it. While it runs,
a line typed into it is a fault or an event; so is, from elsewhere, castkey sandbox fault NAME (for the one at
--port, else at CASTKEY_TWITCH, else at ${DEFAULT_PORT}).

Programs that know no other hosts than Twitch's: run -- COMMAND starts one that finds the sandbox under Twitch's
names and ports, and reaches nothing else. It takes the sandbox that runs, as fault does, or starts one. Linux
only. --as-twitch listens at Twitch's ports on 127.0.0.1, with a certificate of its own making, and says how a
program is pointed there by hand; nothing of the system's is changed.

Events: castkey sandbox event list shows all. FIELD is channel, or a detail such as bits, viewers or tier.

Faults:
${faultRows}

Examples:
  castkey sandbox --state ./twitch.json
  CASTKEY_TWITCH=http://127.0.0.1:${DEFAULT_PORT} castkey status --start
  castkey sandbox run -- python3 bot.py
  castkey sandbox event raid pixelpia viewers=42
  castkey sandbox fault expire luna_bot
  castkey sandbox fault 5xx --times 3 --path /oauth2/token`,
  async run(line, io, behindDashes) {
    const [what, ...words] = line.rest;
    if (what === 'run') return runProgram(words, line, io, behindDashes);
    if (behindDashes[0] !== undefined)
      throw usage(`"${behindDashes[0]}" is expected behind: castkey sandbox run --`);
    if (what === undefined) return runSandbox(line, io);
    if (what !== 'fault' && what !== 'event')
      throw usage(`"${what}" is not expected here. Did you mean: castkey sandbox fault ${what}`);
    io.out(await apply([what, ...words], line, io, baseOf(line, io)));
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

/** Sends a fault or an event, and says what came of it. */
async function apply(
  [what, ...words]: readonly ['fault' | 'event', ...string[]],
  line: CommandLine,
  io: Io,
  base: string,
): Promise<string> {
  const call = what === 'fault' ? faultOf(words, line) : eventCall(words);
  const answer = await askSandbox(io, base, call);
  if (line.has('json')) return json({ [what]: words[0], answer });
  return `${what === 'fault' ? faultInWords(words[0], answer) : eventInWords(answer)}\n`;
}

function faultOf([name, user, surplus]: readonly string[], line: CommandLine): ControlCall {
  if (name === undefined) throw usage(`Which fault? There are: ${Object.keys(FAULTS).join(', ')}.`);
  if (surplus !== undefined) throw usage(`"${surplus}" is not expected here.`);
  return faultCall(name, { user, times: readTimes(line.text('times')), path: line.text('path') });
}

function faultInWords(fault: string | undefined, answer: unknown): string {
  if (!Array.isArray(answer)) return `done: ${fault} ${JSON.stringify(answer)}`;
  return answer.length === 0 ? 'no fault waits' : answer.map((one) => JSON.stringify(one)).join('\n');
}

/** Starts a sandbox as the flags say; it ends with us. */
async function startOwn(line: CommandLine, io: Io): Promise<{ url: string; sandbox: SandboxThread }> {
  const state = line.text('state');
  const lifetime = readNumber(line, 'lifetime', 999_999_999);
  const sandbox = io.startSandbox([
    ...['--port', readNumber(line, 'port', 65_535) ?? DEFAULT_PORT],
    ...(state === undefined ? [] : ['--state', state]),
    ...(lifetime === undefined ? [] : ['--lifetime', lifetime]),
    ...(line.has('as-twitch') ? ['--as-twitch'] : []),
  ]);
  const url = await sandbox.url.catch((error: Error) => {
    const taken = error.message.includes('EADDRINUSE') ? ' Choose another --port; 0 is any free one.' : '';
    throw new Failure('sandbox', `${error.message}${taken}`);
  });
  return { url, sandbox };
}

/** `castkey sandbox run -- COMMAND`, on the sandbox that runs, or on one of its own. */
async function runProgram(
  words: readonly string[],
  line: CommandLine,
  io: Io,
  program: readonly string[],
): Promise<number> {
  if (words[0] !== undefined) throw usage(`"${words[0]}" is not expected here: put the command behind "--".`);
  if (program[0] === undefined) throw usage('What should be run? Put the command behind "--".');
  if (line.has('as-twitch'))
    throw usage('--as-twitch is for a sandbox without run, which does that by itself.');
  const base = baseOf(line, io);
  const running = await askDisguise(io, base).catch((error: unknown) => {
    const mayStart = line.text('port') !== undefined || !io.host.env.CASTKEY_TWITCH;
    if (error instanceof Failure && error.code === 'sandbox-not-running' && mayStart) return undefined;
    throw error;
  });
  if (running) return runAsTwitch(io, base, running, program);
  const { url, sandbox } = await startOwn(line, io);
  io.err(`castkey: a pretend Twitch runs at ${url}; start Castkey with CASTKEY_TWITCH=${url}\n`);
  try {
    return await runAsTwitch(io, url, await askDisguise(io, url), program);
  } finally {
    await sandbox.stop();
  }
}

/** Runs the sandbox until a signal comes. */
async function runSandbox(line: CommandLine, io: Io): Promise<number> {
  const { url, sandbox } = await startOwn(line, io);
  const stop = io.onSignal(() => void sandbox.stop());
  const files = line.has('as-twitch') ? await writeDisguise(await askDisguise(io, url)) : undefined;
  try {
    io.out(await greeting(io, url, { json: line.has('json'), files }));
    const stopListening = io.onLine((typed) => void applyTyped(typed, line, io, { url, sandbox }));
    const why = await sandbox.ended;
    stopListening();
    if (why !== undefined) throw new Failure('sandbox', `The sandbox has ended: ${why}.`);
    return EXIT.ok;
  } finally {
    stop();
    await files?.remove();
  }
}

/** A typed line: a fault with its flags, an event, `help` or `quit`. Mistakes are told and nothing ends. */
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
    const [first, ...rest] = given.rest;
    const what = first === 'event' ? 'event' : 'fault';
    const meant = first === 'event' || first === 'fault' ? rest : given.rest;
    const asked = { ...given, has: (flag: FlagName) => flag === 'json' && line.has('json') };
    io.out(await apply([what, ...meant], asked, io, url));
  } catch (error) {
    if (!(error instanceof UsageError) && !(error instanceof Failure)) throw error;
    io.err(`castkey: ${error.message}\n`);
  }
}
