import { spawnSync } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { inProject } from './paths.mjs';

const LOOK_MS = 500;
const SHELL = /^-?(?:ba|da|z|k|a)?sh$/;

/** Whether npm runs a script of this project, rather than another one out of which Castkey was started for good. */
const ofNpm = (env) => env.npm_package_json === inProject('package.json');

/**
 * Ends this command, by SIGTERM, as soon as the npm that runs it is gone: npm passes a signal on to the shell it
 * has started for the script, and no further, and none at all when it is killed.
 */
export function followNpm(env = process.env) {
  if (!ofNpm(env) || process.platform === 'win32') return;
  const parent = process.ppid;
  const { name, parent: above } = lookAt(parent);
  // What npm starts is a shell; some replace themselves by the command, so that npm is our own parent.
  const npm = SHELL.test(name) ? above : undefined;
  const timer = setInterval(() => {
    const lost = process.ppid !== parent || (npm !== undefined && parentOf(parent) !== npm);
    if (!lost) return;
    clearInterval(timer);
    process.kill(process.pid, 'SIGTERM');
  }, LOOK_MS);
  timer.unref();
}

const parentOf = (pid) => lookAt(pid).parent;

/** Name and parent of a process; of one that is gone nothing. */
function lookAt(pid) {
  const file = `/proc/${pid}/stat`;
  if (existsSync('/proc/self/stat')) {
    const stat = existsSync(file) ? readFileSync(file, 'utf8') : '';
    const [, name = '', parent] = /\((.*)\) \S (\d+)/.exec(stat) ?? [];
    return { name, parent: Number(parent) };
  }
  const { stdout } = spawnSync('ps', ['-o', 'ppid=,comm=', '-p', String(pid)], { encoding: 'utf8' });
  const [, parent, name = ''] = /(\d+)\s+(\S+)/.exec(stdout ?? '') ?? [];
  return { name: name.replace(/^.*\//, ''), parent: Number(parent) };
}
