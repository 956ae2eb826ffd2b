import { spawnSync } from 'node:child_process';
import { findProgram } from './find-program.ts';

/** Why programs can have no network of their own here; undefined where they can. */
export function whyNoOwnNetwork(): string | undefined {
  if (process.platform !== 'linux') return 'needs Linux';
  const missing = ['unshare', 'ip', 'mount'].find((name) => findProgram(name) === undefined);
  if (missing !== undefined) return `needs ${missing}`;
  const args = ['--user', '--map-root-user', '--net', '--mount', 'ip', 'link', 'set', 'lo', 'up'];
  const { status, stderr } = spawnSync('unshare', args, { encoding: 'utf8' });
  return status === 0 ? undefined : `needs user namespaces: ${stderr.trim()}`;
}
