/** Names and pictures of the people who signed in, as Twitch shows them: looked up once a day, each by her own token. */
import type { Account } from '../accounts/account.ts';
import type { Accounts } from '../accounts/accounts.ts';
import type { Events } from '../events.ts';
import type { Deps } from '../ports.ts';
import type { Helix } from '../twitch/helix.ts';
import { createLookUp } from './look-up.ts';
import { loadPeople, NOBODY, type Person, type Presentation, presentationOf, savePeople } from './person.ts';
import { createRounds } from './rounds.ts';

/** Who people are. */
export interface People {
  /** Reads what is kept; called once, before `start`. */
  load(): Promise<void>;
  /** Looks up whoever is due, now and from then on. */
  start(): void;
  stop(): void;
  of(userId: string): Presentation;
  /** Her picture as a PNG; null while there is none. */
  picture(userId: string): Promise<Uint8Array | null>;
}

/** What it works with. */
export interface PeopleServices {
  deps: Pick<Deps, 'clock' | 'documents' | 'log' | 'pictures' | 'timers' | 'twitch'>;
  accounts: Pick<Accounts, 'list' | 'loginsOf'>;
  events: Events;
  helix: Pick<Helix, 'ownUser'>;
  isLocked(): boolean;
  changed(): void;
}

/** Knows nobody until `load`, asks nobody until `start`, and nobody while Castkey is locked. */
export function createPeople(services: PeopleServices): People {
  const { deps, accounts, events, isLocked, changed } = services;
  let known = new Map<string, Person>();
  let stopped = false;
  const isHere = (userId: string): boolean => accounts.loginsOf(userId).length > 0;
  const lookUp = createLookUp(services);

  async function tell(account: Account): Promise<boolean> {
    const { userId } = account;
    const found = await lookUp(account, known.get(userId) ?? null);
    if (found === null || stopped) return false;
    if (!isHere(userId)) {
      await forget(userId); // removed meanwhile: what was just fetched goes, too
      return true;
    }
    known.set(userId, found.person);
    changed();
    await savePeople(deps, known.values());
    return found.complete;
  }

  async function forget(userId: string): Promise<void> {
    await deps.pictures.remove(userId).catch(() => undefined); // nothing shows it any more
    if (!known.delete(userId)) return;
    await savePeople(deps, known.values());
  }

  const rounds = createRounds(deps, {
    accounts: () => (isLocked() ? [] : accounts.list()),
    askedAt: (userId) => known.get(userId)?.askedAt ?? null,
    ask: tell,
  });
  events.listen((event) => {
    if (event.type === 'account.added' || event.type === 'vault.unlocked') rounds.soon();
    if (event.type === 'account.removed' && !isHere(event.userId)) void forget(event.userId);
  });
  return {
    async load() {
      known = await loadPeople(deps);
    },
    start: rounds.start,
    stop() {
      stopped = true;
      rounds.stop();
    },
    of(userId) {
      const person = known.get(userId);
      return person === undefined ? NOBODY : presentationOf(person);
    },
    picture: async (userId) =>
      known.get(userId)?.pictureVersion == null ? null : deps.pictures.read(userId),
  };
}
