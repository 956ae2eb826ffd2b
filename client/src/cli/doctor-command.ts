import { examine, type Finding } from './checks.ts';
import { type Command, json } from './command.ts';
import { EXIT } from './exit-codes.ts';
import { connectOptions } from './flags.ts';

const MARKS: Record<Finding['state'], string> = { ok: 'ok  ', note: 'note', bad: 'BAD ' };

/** `castkey doctor`: looks for what keeps a bot from its tokens. */
export const doctorCommand: Command = {
  summary: 'find out why a bot gets no token',
  flags: ['name', 'socket', 'key-file', 'json', 'help'],
  details: `Looks at the path, the folder, the socket, the pairing key, and whether Castkey answers; says what to do
about each. Changes nothing and opens no window. Exits with 1 if something is wrong.`,
  async run(line, io) {
    const findings = await examine(io.host, connectOptions(line));
    const sound = findings.every(({ state }) => state !== 'bad');
    if (line.has('json')) {
      io.out(json({ ok: sound, findings }));
    } else {
      for (const { check, state, what, advice } of findings) {
        io.out(
          `${MARKS[state]}  ${check.padEnd(7)} ${what}\n${advice ? `              do: ${advice}\n` : ''}`,
        );
      }
    }
    return sound ? EXIT.ok : EXIT.failure;
  },
};
