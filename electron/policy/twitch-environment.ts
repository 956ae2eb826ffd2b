import type { TwitchEnvironment } from '../../shared/twitch-environment.ts';

/** The real Twitch, with the hosts its sign-in pages come from. */
export const REAL_TWITCH: TwitchEnvironment = Object.freeze({
  identity: 'https://id.twitch.tv/oauth2',
  helix: 'https://api.twitch.tv/helix',
  pictures: Object.freeze(['https://static-cdn.jtvnw.net']),
  origins: Object.freeze(['https://id.twitch.tv', 'https://www.twitch.tv', 'https://passport.twitch.tv']),
  standIn: null,
});

const STAND_IN = /^http:\/\/(127\.0\.0\.1|localhost|\[::1\]):([1-9][0-9]{0,4})\/?$/;

/** A stand-in for Twitch at a base URL; `builtIn` when it is the sandbox inside Castkey. */
export function standInEnvironment(url: string, builtIn: boolean): TwitchEnvironment {
  const base = url.replace(/\/$/, '');
  return {
    identity: `${base}/oauth2`,
    helix: `${base}/helix`,
    pictures: [base],
    origins: [base],
    standIn: { url: base, builtIn },
  };
}

/**
 * The stand-in `CASTKEY_TWITCH` names. Only this computer is accepted: real client secrets must not be
 * led elsewhere by an environment variable. The problem is a sentence for the person who set it.
 */
export function readStandIn(value: string): { environment: TwitchEnvironment } | { problem: string } {
  const match = STAND_IN.exec(value);
  if (match === null || Number(match[2]) > 65535)
    return {
      problem:
        'CASTKEY_TWITCH must be http://127.0.0.1:PORT, http://localhost:PORT or http://[::1]:PORT, nothing else.',
    };
  // `new URL` drops port 80, and pages report their origin the way it writes it.
  return { environment: standInEnvironment(new URL(value).origin, false) };
}

/** The name of the folder where accounts of a stand-in are kept, apart from real ones. */
export function standInFolder(url: string): string {
  const { hostname, port } = new URL(url);
  const host = hostname === '[::1]' ? 'ip6-localhost' : hostname;
  return `stand-in-${host}-${port === '' ? '80' : port}`;
}
