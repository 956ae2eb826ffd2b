import { stat } from 'node:fs/promises';
import { dirname } from 'node:path';
import { socketPath } from '../../../shared/socket-path.ts';
import { connectFrom } from '../connect.ts';
import { CastkeyError, harmless } from '../errors.ts';
import { type Host, sha256 } from '../host.ts';
import { readKeyFile } from '../key-file.ts';
import { keyFilePath } from '../key-path.ts';
import type { ConnectOptions } from '../types.ts';
import { VERSION } from '../version.ts';

/** What was looked at, how it is, and what to do about it. `note` is no failure. */
export interface Finding {
  readonly check: string;
  readonly state: 'ok' | 'note' | 'bad';
  readonly what: string;
  readonly advice?: string;
}

type Check = (host: Host, options: ConnectOptions) => Promise<Finding>;

const findSocket = (host: Host, options: ConnectOptions) => socketPath({ ...host, sha256 }, options.socket);

const checkPath: Check = async (host, options) => {
  const { path, source, problem } = findSocket(host, options);
  if (problem)
    return { check: 'path', state: 'bad', what: problem, advice: 'Set the variable right, or unset it.' };
  return { check: 'path', state: 'ok', what: `${path} (from ${source})` };
};

const checkSocket: Check = async (host, options) => {
  const { path } = findSocket(host, options);
  if (host.platform === 'win32')
    return { check: 'socket', state: 'note', what: 'pipes have no file to look at' };
  const found = await stat(path).catch(() => undefined);
  if (!found) {
    const advice = 'Start Castkey. If it runs, compare CASTKEY_HOME and CASTKEY_SOCKET of both programs.';
    return { check: 'socket', state: 'bad', what: `there is nothing at ${path}`, advice };
  }
  if (!found.isSocket()) {
    return {
      check: 'socket',
      state: 'bad',
      what: `${path} is no socket`,
      advice: 'Move it away and restart Castkey.',
    };
  }
  return owned(host, 'socket', path, found, 0o177);
};

const checkFolder: Check = async (host, options) => {
  const folder = dirname(findSocket(host, options).path);
  if (host.platform === 'win32') return { check: 'folder', state: 'note', what: 'pipes lie in no folder' };
  const found = await stat(folder).catch(() => undefined);
  if (!found)
    return { check: 'folder', state: 'bad', what: `there is no ${folder}`, advice: 'Start Castkey.' };
  return owned(host, 'folder', folder, found, 0o077);
};

function owned(
  _host: Host,
  check: string,
  path: string,
  { mode, uid }: { mode: number; uid: number },
  mustLack: number,
): Finding {
  const bits = (mode & 0o777).toString(8);
  if (uid !== process.getuid?.()) {
    const advice = 'Run this as the user who runs Castkey.';
    return { check, state: 'bad', what: `${path} belongs to another user`, advice };
  }
  if ((mode & mustLack) === 0) return { check, state: 'ok', what: `${path} has mode ${bits}` };
  const right = (0o777 & ~mustLack).toString(8);
  return {
    check,
    state: 'bad',
    what: `${path} is open to others (${bits})`,
    advice: `chmod ${right} '${path}'`,
  };
}

const checkKey: Check = async (host, options) => {
  const path = keyFilePath(host, options.name, options.keyFile);
  try {
    const key = await readKeyFile(path, options.name);
    if (key) return { check: 'key', state: 'ok', what: `${path} holds the key ${harmless(key.keyId)}` };
    const advice = `castkey pair --name '${options.name}'`;
    return { check: 'key', state: 'note', what: `"${options.name}" is not paired yet`, advice };
  } catch (error) {
    return {
      check: 'key',
      state: 'bad',
      what: harmless(error instanceof Error ? error.message : String(error)),
    };
  }
};

const checkAnswer: Check = async (host, options) => {
  try {
    const provider = await connectFrom(host, { ...options, interactive: 'never', timeoutMs: 10_000 });
    try {
      const { server, locked, users } = await provider.status();
      const what = `Castkey ${harmless(server.version)}, ${users.length} accounts for this bot, castkey ${VERSION}`;
      if (!locked) return { check: 'answer', state: 'ok', what };
      return { check: 'answer', state: 'bad', what: `${what}; locked`, advice: 'Unlock Castkey.' };
    } finally {
      provider.close();
    }
  } catch (error) {
    if (!(error instanceof CastkeyError)) throw error;
    const state = error.code === 'not-paired' ? 'note' : 'bad';
    return { check: 'answer', state, what: `${error.code}: ${error.message}` };
  }
};

/** Everything that can be told from outside, in the order in which things depend on each other. */
export async function examine(host: Host, options: ConnectOptions): Promise<Finding[]> {
  const findings: Finding[] = [];
  for (const check of [checkPath, checkFolder, checkSocket, checkKey, checkAnswer]) {
    findings.push(await check(host, options));
    if (findings.at(-1)?.check === 'path' && findings.at(-1)?.state === 'bad') break;
  }
  return findings;
}
