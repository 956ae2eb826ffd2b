import { existsSync } from 'node:fs';
import { readFile, writeFile } from 'node:fs/promises';
import { constants } from 'node:os';
import { join } from 'node:path';
import { TRUST_FILES } from '../../../shared/network/roots.ts';
import { Failure } from '../command-errors.ts';
import { type Child, startChild } from '../exec/child.ts';
import type { Io, Signal } from '../io.ts';
import { type NamespacePlan, OWN_WORLD } from '../namespace/plan.ts';
import { openBridge } from './bridge.ts';
import { type Disguise, type DisguiseFiles, TRUST_VARIABLES, writeDisguise } from './disguise.ts';

/** The name service's cache would look names up outside, and ask no hosts file of ours. */
const NAME_CACHES = ['/run/nscd', '/var/run/nscd'];
/** They lead to a network that isn't there. */
const PROXIES = ['http_proxy', 'https_proxy', 'all_proxy', 'ws_proxy', 'wss_proxy'];

const INSTEAD =
  'Instead: castkey sandbox --as-twitch says how to point a program by hand, best in a container or virtual machine.';

/** The environment of a program that takes the sandbox for Twitch. */
export function disguisedEnvironment(env: NodeJS.ProcessEnv, ca: string): NodeJS.ProcessEnv {
  const kept = Object.entries(env).filter(([name]) => !PROXIES.includes(name.toLowerCase()));
  return { ...Object.fromEntries(kept), ...Object.fromEntries(TRUST_VARIABLES.map(([name]) => [name, ca])) };
}

/** Names are looked up in the hosts file and nowhere else; every other line stays. */
async function nameSwitch(folder: string): Promise<[string, string][]> {
  const over = '/etc/nsswitch.conf';
  const lines = await readFile(over, 'utf8').catch(() => undefined);
  if (lines === undefined) return [];
  const from = join(folder, 'nsswitch.conf');
  await writeFile(from, `${lines.replace(/^\s*hosts:.*$/gm, '')}\nhosts: files\n`);
  return [[from, over]];
}

async function overlaysOf({ folder, ca, hosts }: DisguiseFiles): Promise<[string, string][]> {
  const stores = TRUST_FILES.map((over): [string, string] => [ca, over]);
  const caches = NAME_CACHES.map((over): [string, string] => [join(folder, 'empty'), over]);
  const all = [
    [hosts, '/etc/hosts'] as [string, string],
    ...(await nameSwitch(folder)),
    ...stores,
    ...caches,
  ];
  return all.filter(([, over]) => existsSync(over));
}

/** The reason stands above it: `unshare`, or what it started, has told. */
const noNamespace = (): Failure =>
  new Failure(
    'no-namespace',
    'This system lets a program have no network of its own. That takes unprivileged user namespaces, util-linux ' +
      `2.36 or newer, and ip of iproute2; containers, and Ubuntu by AppArmor, often forbid the first. ${INSTEAD}`,
  );

/**
 * Runs a program that reaches the sandbox at `url` under Twitch's names and ports, and nothing else: it has a
 * network, a hosts file and trusted certificates of its own. Nothing of the system's is changed.
 *
 * @returns Its exit code, as `castkey exec` has it.
 * @throws Failure Where the system can't do that.
 */
export async function runAsTwitch(
  io: Io,
  url: string,
  disguise: Disguise,
  program: readonly string[],
): Promise<number> {
  const { getuid, getgid } = process;
  if (io.host.platform !== 'linux' || !getuid || !getgid)
    throw new Failure(
      'no-namespace',
      `castkey sandbox run needs Linux, whose programs can have a network of their own. ${INSTEAD}`,
    );
  const end = listenForEnd(io);
  const files = await writeDisguise(disguise);
  try {
    const plan: NamespacePlan = {
      bridge: join(files.folder, 'bridge.sock'),
      ports: [...new Set([...disguise.wellKnownPorts, Number(new URL(url).port)])],
      overlays: await overlaysOf(files),
      user: { uid: getuid(), gid: getgid() },
      terminal: io.terminal,
      program,
    };
    const inside = [process.execPath, join(io.folder, 'namespace.js'), JSON.stringify(plan)];
    const bridge = await openBridge(plan.bridge, url);
    try {
      const env = disguisedEnvironment(io.host.env, files.ca);
      const code = await follow(io, [...OWN_WORLD, '--', ...inside], env, end);
      if (!bridge.wasReached() && !end.received()) throw noNamespace();
      return code;
    } finally {
      bridge.close();
    }
  } finally {
    end.stop();
    await files.remove();
  }
}

/** Between SIGTERM and SIGKILL for what the program leaves behind, in milliseconds. */
const GRACE_MS = 10_000;

async function follow(io: Io, args: string[], env: NodeJS.ProcessEnv, end: EndSignal): Promise<number> {
  const early = end.received();
  if (early) return 128 + constants.signals[early];
  const tell = (what: string): void => io.err(`castkey: ${what}\n`);
  const started = { command: 'unshare', args, scrubber: undefined, graceMs: GRACE_MS };
  const child = startChild(io, started, env, tell);
  end.passOn(child);
  return (await child.ended).code;
}

/** Signals from the very start, so that none leaves files behind. */
interface EndSignal {
  /** The first that came. */
  received(): Signal | undefined;
  passOn(child: Child): void;
  stop(): void;
}

function listenForEnd(io: Io): EndSignal {
  let [child, first]: [Child | undefined, Signal | undefined] = [undefined, undefined];
  const stop = io.onSignal((signal) => {
    first ??= signal;
    // Ctrl-C at a terminal has reached everybody already.
    if (!io.terminal || signal !== 'SIGINT') child?.signalProgram(signal);
  });
  return {
    stop,
    received: () => first,
    passOn: (started) => {
      child = started;
    },
  };
}
