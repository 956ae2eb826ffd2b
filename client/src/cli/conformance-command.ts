import { judgeClient } from '../conformance/client/judge-client.ts';
import { type Finding, findingLine, isSound, summaryLine } from '../conformance/finding.ts';
import { type Command, json } from './command.ts';
import { EXIT } from './exit-codes.ts';
import { type Line, usage } from './flags.ts';
import type { Io } from './io.ts';

/** `castkey conformance`: judges a vault or a client by docs/protocol.md. */
export const conformanceCommand: Command = {
  summary: 'judge a client or a vault by the wire protocol',
  operands: '[-- COMMAND ARG…]',
  flags: ['client', 'timeout', 'json', 'help'],
  details: `With --client: runs COMMAND against vaults of its own, good and bad. The command must print the token of the
account in CASTKEY_TEST_USER; docs/protocol.md, “Judging a client”, has all of it. In its arguments {user} stands for the account
and {name} for a bot's name. --timeout is the time for one run (default: 20).

Examples:
  castkey conformance --client -- python3 bot.py
  castkey conformance --client -- castkey token --user {user} --scope chat:read`,
  passesOn: true,
  async run(line, io, behind) {
    if (!line.has('client')) throw usage('Say what to judge: --client.');
    if (behind.length === 0) throw usage('Put the command to judge behind "--".');
    const findings = await judgeClient({
      host: io.host,
      command: behind,
      timeoutMs: secondsOf(line, 20) * 1000,
      onFinding: printer(line, io),
    });
    return conclude(findings, line, io);
  },
};

const printer = (line: Line, io: Io) => (finding: Finding) => {
  if (!line.has('json')) io.out(findingLine(finding));
};

function conclude(findings: readonly Finding[], line: Line, io: Io): number {
  const ok = isSound(findings);
  io.out(line.has('json') ? json({ ok, findings }) : summaryLine(findings));
  return ok ? EXIT.ok : EXIT.failure;
}

function secondsOf(line: Line, otherwise: number): number {
  const seconds = Number(line.text('timeout') ?? otherwise);
  if (seconds > 0 && seconds <= 600) return seconds;
  throw usage(`--timeout takes 1 to 600 seconds, not "${line.text('timeout')}".`);
}
