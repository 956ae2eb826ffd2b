import { createHash } from 'node:crypto';
import type { Account } from '../accounts/account.ts';
import type { Deps } from '../ports.ts';
import { reasonOf } from '../result.ts';
import type { Helix } from '../twitch/helix.ts';
import type { Person } from './person.ts';

/** What is known of a person after a look-up; `complete` is false when her picture is to be tried again soon. */
interface Found {
  person: Person;
  complete: boolean;
}
/** Asks Twitch by the account's own token, which it neither renews nor judges. Null when Twitch did not tell. */
export type LookUp = (account: Account, before: Person | null) => Promise<Found | null>;

interface LookUpServices {
  deps: Pick<Deps, 'clock' | 'log' | 'pictures' | 'twitch'>;
  helix: Pick<Helix, 'ownUser'>;
}

type KeptPicture = Pick<Person, 'pictureUrl' | 'pictureVersion'>;
const NO_PICTURE: KeptPicture = { pictureUrl: null, pictureVersion: null };

/** Keeps her picture under `deps.pictures` where it is a new one. */
export function createLookUp({ deps, helix }: LookUpServices): LookUp {
  const { clock, log, pictures, twitch } = deps;

  /** Null when it could not be had now. What is no picture, or not Twitch's, is none; it is asked for again tomorrow. */
  async function keep(userId: string, url: string | null): Promise<KeptPicture | null> {
    if (url === null || !twitch.pictures.includes(new URL(url).origin)) return NO_PICTURE;
    const fetched = await pictures.fetch(url);
    if (fetched.kind === 'unreachable') return null;
    if (fetched.kind === 'refused') {
      log.warn('a picture of a person was refused', { userId, reason: fetched.reason });
      return NO_PICTURE;
    }
    try {
      await pictures.write(userId, fetched.bytes);
    } catch (error) {
      log.warn('a picture of a person was not written', { userId, reason: reasonOf(error) });
      return null;
    }
    const pictureVersion = createHash('sha256').update(fetched.bytes).digest('hex').slice(0, 12);
    return { pictureUrl: url, pictureVersion };
  }

  return async (account, before) => {
    const { clientId, userId, tokens } = account;
    const ask = () => helix.ownUser({ clientId, access: account.tokens.access });
    const first = await ask();
    // Renewed meanwhile, which ended the token that was sent.
    const reply = first.kind === 'rejected' && account.tokens !== tokens ? await ask() : first;
    if (reply.kind !== 'ok' || reply.value.userId !== userId) return null;
    const { displayName, picture: url } = reply.value;
    const former: KeptPicture = before ?? NO_PICTURE;
    const isHere =
      url !== null && url === former.pictureUrl && (await pictures.read(userId).catch(() => null)) !== null;
    const kept = isHere ? former : await keep(userId, url);
    const { pictureUrl, pictureVersion } = kept ?? former;
    if (pictureVersion === null) await pictures.remove(userId).catch(() => undefined); // nothing shows it any more
    return {
      person: { userId, displayName, pictureUrl, pictureVersion, askedAt: clock.now() },
      complete: kept !== null,
    };
  };
}
