import { socketPath } from '../../shared/socket-path.ts';
import { judgeClient } from '../conformance/client/judge-client.ts';
import { type Finding, findingLine, isSound, summaryLine } from '../conformance/finding.ts';
import { judgeVault } from '../conformance/vault/judge-vault.ts';
import { sha256 } from '../javascript/src/host.ts';
import { checkBotName, keyFilePath } from '../javascript/src/key-path.ts';
import { type Command, json } from './command.ts';
import { Failure, usage } from './command-errors.ts';
import { EXIT } from './exit-codes.ts';
import type { CommandLine } from './flags.ts';
import type { Io } from './io.ts';

/** Milliseconds that the streamer may take for --pair. */
const PAIR_MS = 120_000;

/** `castkey conformance`: judges a vault or a client by docs/protocol.md. */
export const conformanceCommand: Command = {
  summary: 'judge a vault or a client by the wire protocol',
  operands: '[-- COMMAND ARG…]',
  flags: ['client', 'socket', 'name', 'key-file', 'pair', 'slow', 'timeout', 'json', 'help'],
  meanings: {
    name: 'name of the bot that judges (default: castkey-conformance)',
    timeout: 'time for one answer (default: 5), with --client for one run (default: 20)',
  },
  details: `Prints a line for each rule of docs/protocol.md that can be tried, with its section; exits with 1 if one is broken.

A vault: connects as a bot would and tries what it may and may not do. Nothing is changed, and no window opens unless --pair is
given: then the bot that judges is paired, so that its rules can be tried, too. --slow tries the deadlines
of the handshake, 20 s more.

A client, with --client: runs COMMAND against vaults of its own, good and bad. It must print the token of the account in
CASTKEY_TEST_USER; docs/protocol.md, “Judging a client”, has all of it. In its arguments {user} stands for the account and {name}
for a bot's name.

Examples:
  castkey conformance
  castkey conformance --client -- python3 bot.py
  castkey conformance --client -- castkey token --user {user} --scope chat:read`,
  passesOn: true,
  async run(line, io, behind) {
    if (line.has('client') && behind.length === 0) throw usage('Put the command to judge behind "--".');
    if (!line.has('client') && behind.length > 0) throw usage('To judge a command, give --client.');
    const findings = line.has('client') ? await client(line, io, behind) : await vault(line, io);
    const ok = isSound(findings);
    io.out(line.has('json') ? json({ ok, findings }) : summaryLine(findings));
    return ok ? EXIT.ok : EXIT.failure;
  },
};

/** The command runs apart from the terminal, so that it can be killed whole; Ctrl-C must be passed on. */
async function client(line: CommandLine, io: Io, command: readonly string[]): Promise<Finding[]> {
  const timeoutMs = secondsOf(line, 20) * 1000;
  const stop = new AbortController();
  const stopListening = io.onSignal(() => stop.abort());
  try {
    const trial = { host: io.host, command, timeoutMs, stop: stop.signal };
    const findings = await judgeClient({ ...trial, onFinding: printer(line, io) });
    if (stop.signal.aborted) throw new Failure('stopped', 'Stopped before the end.');
    return findings;
  } finally {
    stopListening();
  }
}

function vault(line: CommandLine, io: Io): Promise<Finding[]> {
  const { path, problem } = socketPath({ ...io.host, sha256 }, line.text('socket'));
  if (problem) throw usage(problem);
  const name = checkBotName(line.text('name') ?? 'castkey-conformance');
  return judgeVault({
    host: io.host,
    path,
    name,
    keyFile: keyFilePath(io.host, name, line.text('key-file')),
    answerTimeoutMs: secondsOf(line, 5) * 1000,
    ...(line.has('pair') ? { pairMs: PAIR_MS } : {}),
    slow: line.has('slow'),
    onFinding: printer(line, io),
  });
}

const printer = (line: CommandLine, io: Io) => (finding: Finding) => {
  if (!line.has('json')) io.out(findingLine(finding));
};

function secondsOf(line: CommandLine, otherwise: number): number {
  const seconds = Number(line.text('timeout') ?? otherwise);
  if (seconds > 0 && seconds <= 600) return seconds;
  throw usage(`--timeout takes 1 to 600 seconds, not "${line.text('timeout')}".`);
}
