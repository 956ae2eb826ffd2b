import { socketPath } from '../../shared/socket-path.ts';
import { sha256 } from '../javascript/src/host.ts';
import { type Command, json } from './command.ts';
import { usage } from './command-errors.ts';

/** `castkey socket`: where Castkey listens, whether or not it runs. */
export const socketCommand: Command = {
  summary: "print the path of Castkey's socket",
  flags: ['socket', 'json', 'help'],
  details:
    'Decided by CASTKEY_SOCKET, CASTKEY_HOME, XDG_RUNTIME_DIR, /run/user or the profile folder; --json names which.',
  async run(line, io) {
    const found = socketPath({ ...io.host, sha256 }, line.text('socket'));
    if (found.problem) throw usage(found.problem);
    io.out(line.has('json') ? json(found) : `${found.path}\n`);
    return 0;
  },
};
