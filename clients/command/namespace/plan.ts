/** What the program inside of the namespace is told to do, as its one argument in JSON. */
export interface NamespacePlan {
  /** The socket that leads out to the sandbox. */
  readonly bridge: string;
  /** Ports of 127.0.0.1 that lead there. */
  readonly ports: readonly number[];
  /** Files laid over others, for the program alone: what, and over which. */
  readonly overlays: readonly (readonly [from: string, over: string])[];
  /** Who the program is to be. */
  readonly user: { readonly uid: number; readonly gid: number };
  /** Whether a terminal sends Ctrl-C to everybody in front by itself. */
  readonly terminal: boolean;
  /** The program and its arguments. */
  readonly program: readonly string[];
}

/** Arguments of util-linux's `unshare` for somebody who may set up a network and mounts of their own. */
export const OWN_WORLD = ['--user', '--map-root-user', '--net', '--mount'] as const;

/** And for the program in it, which is who it was before and may change nothing of it. */
export const asBefore = ({ uid, gid }: NamespacePlan['user']): string[] => [
  '--user',
  `--map-user=${uid}`,
  `--map-group=${gid}`,
];
