import type { TwitchKind } from '../../../shared/protocol.ts';
import { bad, type DoctorInput, type Finding, note } from './finding.ts';
import type { Answer } from './vault-checks.ts';

/** Where the real one says whether tokens live. */
export const REAL_TWITCH = 'https://id.twitch.tv';
/** As Castkey itself reads it: nothing but this computer, since tokens go there. */
const STAND_IN = /^http:\/\/(?:127\.0\.0\.1|localhost|\[::1\]):[1-9]\d{0,4}\/?$/;

/** Which Twitch to look at. */
export interface CheckedTwitch {
  /** Undefined where nobody said where it is. */
  readonly base: string | undefined;
  /** Whether Castkey works with it, so that it may be asked about Castkey's tokens. */
  readonly ofVault: boolean;
  /** What is odd about it. */
  readonly findings: readonly Finding[];
}

/**
 * The Twitch that Castkey works with, as it says itself; else what `CASTKEY_TWITCH` names, else the real one.
 *
 * @param kind What the vault said to a stranger; undefined from an older one, or if nobody answers.
 */
export function findTwitch(
  { io }: DoctorInput,
  answer: Answer | undefined,
  kind: TwitchKind | undefined,
): CheckedTwitch {
  const given = io.host.env.CASTKEY_TWITCH?.replace(/\/$/, '') || undefined;
  if (given !== undefined && !STAND_IN.test(given)) {
    const advice = 'Set it to http://127.0.0.1:PORT, or unset it.';
    const what = `CASTKEY_TWITCH is no stand-in on this computer: "${given}"`;
    return { base: undefined, ofVault: false, findings: [bad('twitch', what, advice)] };
  }
  const vault = answer?.status.vault;
  const works = vault?.twitch ?? kind;
  if (works === undefined) return { base: given ?? REAL_TWITCH, ofVault: false, findings: [] };
  if (works === 'real') return atReal(given, vault !== undefined);
  const told = vault?.standIn;
  const own = told !== undefined && STAND_IN.test(told) ? told : undefined;
  if (own === undefined && given === undefined)
    return { base: undefined, ofVault: false, findings: [unknownPlace()] };
  const findings = own !== undefined && given !== undefined && own !== given ? [differs(given, own)] : [];
  return { base: own ?? given, ofVault: own !== undefined, findings };
}

function atReal(given: string | undefined, proven: boolean): CheckedTwitch {
  if (given === undefined) return { base: REAL_TWITCH, ofVault: proven, findings: [] };
  return { base: given, ofVault: false, findings: [differs(given, 'the real Twitch')] };
}

function differs(given: string, works: string): Finding {
  const what = `CASTKEY_TWITCH is ${given} here, but Castkey works with ${works}`;
  return note('twitch', what, 'Start both with the same CASTKEY_TWITCH, or neither.');
}

function unknownPlace(): Finding {
  const advice =
    "To have it looked at: pair this bot, or set CASTKEY_TWITCH to its address, as Castkey's banner shows it. " +
    'For real accounts: Settings in Castkey, or start it without CASTKEY_TWITCH and --sandbox.';
  return note('twitch', 'Castkey works with a stand-in, not with Twitch', advice);
}
