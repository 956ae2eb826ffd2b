/**
 * What the fake Twitch knows: people, applications, tokens. Tokens carry a marker that leaks can be searched
 * for.
 */

/** Every secret text of a test has this in it. */
export const MARKER = 'zzSECRETzz';

export interface Login {
  clientId: string;
  userId: string;
  scopes: string[];
}
export interface AccessRow extends Login {
  /** Milliseconds since 1970. */
  expiresAt: number;
  dead: boolean;
}
export interface DeviceRow {
  clientId: string;
  scopes: string[];
  userCode: string;
  expiresAt: number;
  state: 'pending' | 'denied' | 'used' | Login;
}

export interface TwitchState {
  users: Map<string, string>;
  /** What Helix says of somebody besides that, by user ID, as Helix calls it. */
  profiles: Map<string, Record<string, unknown>>;
  access: Map<string, AccessRow>;
  /** `used`: it came once, so that once more ends all of a public application's (twitchdev/issues#903). */
  refresh: Map<string, Login & { dead: boolean; used: boolean; access: string }>;
  /** Refresh tokens that came once more after they had been used. */
  reused: string[];
  devices: Map<string, DeviceRow>;
  codes: Map<string, Login>;
  apps: Map<string, { secret: string | null }>;
  /** IDs of those who are live. */
  live: Set<string>;
  /** Seconds that new access tokens live. */
  lifetime: number;
  /** Makes a pair for a login. */
  pair(login: Login): { access: string; refresh: string };
  secret(kind: string): string;
}

export function createTwitchState(now: () => number): TwitchState {
  let count = 0;
  const state: TwitchState = {
    users: new Map(),
    profiles: new Map(),
    access: new Map(),
    refresh: new Map(),
    reused: [],
    devices: new Map(),
    codes: new Map(),
    apps: new Map(),
    live: new Set(),
    lifetime: 14_400,
    secret(kind) {
      count += 1;
      return `${MARKER}${kind}${count}`;
    },
    pair(login) {
      const [access, refresh] = [state.secret('access'), state.secret('refresh')];
      const expiresAt = now() + state.lifetime * 1000;
      state.access.set(access, { ...login, expiresAt, dead: false });
      state.refresh.set(refresh, { ...login, dead: false, used: false, access });
      return { access, refresh };
    },
  };
  return state;
}
