import { socketPath } from '../../shared/socket-path.ts';
import { sha256 } from '../javascript/src/host.ts';
import { type Command, json } from './command.ts';
import { findTwitch } from './doctor/checked-twitch.ts';
import type { DoctorInput, Finding } from './doctor/finding.ts';
import { checkLogins } from './doctor/login-checks.ts';
import {
  adviceToStart,
  checkFolder,
  checkOthers,
  checkPath,
  checkRuntime,
  checkSocket,
  findOthers,
} from './doctor/socket-checks.ts';
import { checkTwitch } from './doctor/twitch-checks.ts';
import { checkAnswer, checkKey, checkVault, checkVersions } from './doctor/vault-checks.ts';
import { EXIT } from './exit-codes.ts';
import { connectOptions } from './flags.ts';
import { painter, type Tone } from './format/colours.ts';

const MARKS: Record<Finding['state'], { readonly mark: string; readonly tone: Tone }> = {
  ok: { mark: 'ok  ', tone: 'good' },
  note: { mark: 'note', tone: 'care' },
  bad: { mark: 'BAD ', tone: 'bad' },
};

/** `castkey doctor`: looks for what keeps a bot from its tokens. */
export const doctorCommand: Command = {
  summary: 'find out why a bot gets no token',
  flags: ['name', 'socket', 'key-file', 'json', 'help'],
  details: `Looks at the versions, the socket (its path, folder and permissions, a left-over one, one of another
vault), the pairing key, whether it is Castkey that answers, the keychain, the Twitch application, the
accounts, and the Twitch that Castkey works with: whether it can be reached and still takes this bot's
tokens, this computer's clock, and, for a confidential application, the redirect URL. Where Castkey tells
nobody its stand-in, it looks at that of CASTKEY_TWITCH. Says what to do about each. Opens no window, changes
nothing, and sends Twitch nothing but the client ID and the tokens it is asked about. Exits with 1 if something
is wrong. Run it with the --name of the bot that has trouble.`,
  async run(line, io) {
    const options = connectOptions(line);
    const socket = socketPath({ ...io.host, sha256 }, options.socket);
    const findings = await examine({ io, options, socket });
    const sound = findings.every(({ state }) => state !== 'bad');
    if (line.has('json')) {
      io.out(json({ ok: sound, findings }));
      return sound ? EXIT.ok : EXIT.failure;
    }
    const paint = painter(io.screen);
    for (const finding of findings) {
      const { mark, tone } = MARKS[finding.state];
      io.out(`${paint(tone, mark)}  ${finding.check.padEnd(9)} ${finding.what}\n`);
      if (finding.state !== 'ok') io.out(`                do: ${finding.advice}\n`);
    }
    return sound ? EXIT.ok : EXIT.failure;
  },
};

/** Everything that can be told from outside, in the order in which things depend on each other. */
async function examine(input: DoctorInput): Promise<Finding[]> {
  const path = checkPath(input);
  if (path.state === 'bad') return [checkVersions(), path];
  const others = await findOthers(input);
  const start = adviceToStart(others);
  const paths = [
    ...checkRuntime(input),
    await checkFolder(input, start),
    await checkSocket(input, start),
    await checkOthers(input, others),
  ];
  const key = await checkKey(input);
  const { finding, answer, kind } = await checkAnswer(input);
  const place = findTwitch(input, answer, kind);
  const vault = answer ? [...checkVault(answer), await checkLogins(input, place, answer)] : [];
  const twitch = await checkTwitch(input, place, answer);
  return [checkVersions(), path, ...paths, key, finding, ...vault, ...twitch];
}
