/** What her yes to a program that isn't paired yet makes: a bot, its application, its jobs and grants. All of it, or nothing. */

import type { Accounts } from '../accounts/accounts.ts';
import type { Applications } from '../applications/applications.ts';
import { inTime } from '../in-time.ts';
import type { Deps, Pipe } from '../ports.ts';
import { randomText } from '../random-text.ts';
import { approvalLocked, pairingUnsaved, type Result, reasonOf, success } from '../result.ts';
import type { SignIns } from '../sign-in/sign-ins.ts';
import type { Bot } from './bot.ts';
import { bringApplication, hasOwnToken, takeBackApplication } from './bot-application.ts';
import type { Bots } from './bots.ts';
import { isLasting, type Yes } from './decision.ts';
import { endOf } from './grant-end.ts';
import type { GrantEndings } from './grant-endings.ts';
import { extendGrant, type Granted, type OnceGrant, onceGrants } from './grants.ts';
import { giveIntents, type PutOff } from './open-intents.ts';
import { seenAs } from './programs.ts';
import type { Paired } from './shared-pairing.ts';
import { keptWants, namedBy, type PairingWant } from './wants.ts';

/** Makes bots. */
export interface PairedBots {
  /** Refused when Castkey is locked by then, or the disk refuses, of which she is told. */
  create(
    request: Asked,
    pipe: Pick<Pipe, 'peer' | 'fingerprint'>,
    yes: Yes & { remainingMs(): number; gone: AbortSignal },
  ): Promise<Result<Paired>>;
  /** The bot goes again, and the application that came with it unless somebody uses that by now. */
  undo(paired: Pick<Paired, 'bot' | 'brought'>): Promise<void>;
}

/** What the program says of itself. */
interface Asked {
  name: string;
  wants?: PairingWant[] | undefined;
  introduces?: boolean | undefined;
}

/** What it works with. `notifyOnce` tells the streamer, and never so often that it pesters her. */
export interface PairedBotServices {
  deps: Pick<Deps, 'clock' | 'log' | 'random' | 'timers'>;
  accounts: Accounts;
  applications: Applications;
  bots: Bots;
  /** The application of a bot that names this one, or none. */
  clientIdFor(named: string | null): string | null;
  endings: Pick<GrantEndings, 'now'>;
  putOff: PutOff;
  signIns: Pick<SignIns, 'ask' | 'changedApplication'>;
  isLocked(): boolean;
  notifyOnce(text: string): void;
}

/** So long a pairing waits for a large program to be read. */
const MAX_READ_MS = 10_000;

/** Holds nothing of its own. */
export function createPairedBots(services: PairedBotServices): PairedBots {
  const { deps, accounts, applications, bots, isLocked, putOff } = services;

  /** Null, and she is told, when the disk refuses. */
  async function unlessRefused<T>(write: Promise<T>, name: string): Promise<T | null> {
    return write.catch((error) => {
      deps.log.error('a pairing could not be written', { reason: reasonOf(error) });
      services.notifyOnce(
        `The bot “${name}” could not be let in: the disk is full or refuses to be written.`,
      );
      return null;
    });
  }

  /** False when the disk refuses. */
  const bring = async (clientId: string, name: string): Promise<boolean> =>
    (await unlessRefused(
      bringApplication(applications, clientId, name).then(() => true),
      name,
    )) ?? false;

  return {
    async create({ name, wants = [], introduces = false }, pipe, decision) {
      const { remainingMs, gone, peer } = decision;
      const seen = seenAs(peer, await inTime(deps.timers, pipe.fingerprint(), MAX_READ_MS));
      if (isLocked()) return approvalLocked(); // she locked Castkey after her yes: nothing may leave it any more
      const clientId = services.clientIdFor(decision.application);
      const brought = clientId !== null && applications.get(clientId) === null ? clientId : null;
      if (brought !== null && !(await bring(brought, name))) return pairingUnsaved();
      const newcomers = pipe.peer.relay ? null : { clientId, bot: name, remainingMs, gone };
      const { unseen, unsaved } = await giveIntents(services, decision, newcomers);
      const given = decision.wants.filter(({ app, intent }) =>
        app ? hasOwnToken(applications, clientId) : !unseen.has(intent ?? ''),
      );
      const yes = { ...decision, wants: given };
      const newBot = { name, clientId, seen, introduces, wants: keptWants(wants) };
      const bot = await unlessRefused(bots.pair(newBot), name);
      if (bot === null) {
        await takeBackApplication(services, brought);
        return pairingUnsaved();
      }
      for (const { intent } of decision.wants)
        if (intent !== null && !unsaved.has(intent) && accounts.holder(intent) === null)
          putOff.add(bot.keyId, intent);
      const once = onceOf(accounts, yes, deps.clock.monotonic());
      return success({ bot: await giveGrants(services, bot, yes), once, brought });
    },
    async undo({ bot, brought }) {
      await bots.remove(bot.keyId);
      await takeBackApplication(services, brought);
    },
  };
}

/** What a bot may be given of what she saw: a user who isn't here is left out. */
function givenBy({ wants }: Yes): { named: Granted; scopes: string[] }[] {
  return wants.flatMap((want) => {
    const named = namedBy(want);
    return named === null ? [] : [{ named, scopes: want.scopes }];
  });
}

/** One answer for each account she saw or chose. */
function onceOf(accounts: Accounts, { kind, wants }: Yes, now: number): OnceGrant[] {
  if (kind !== 'once') return [];
  const given = wants.flatMap<{ userId: string | null; scopes: string[] }>(
    ({ app, account, intent, scopes }) => {
      if (app) return [{ userId: null, scopes }];
      const userId = account?.userId ?? accounts.find({ userId: null, intent });
      return userId === null ? [] : [{ userId, scopes }];
    },
  );
  return onceGrants(given, now);
}

async function giveGrants({ deps, bots, endings }: PairedBotServices, bot: Bot, decision: Yes): Promise<Bot> {
  if (!isLasting(decision)) return bot;
  const ends = endOf(decision.kind, endings.now());
  for (const { named, scopes } of givenBy(decision)) {
    const made = { id: randomText(deps.random, 9), at: deps.clock.now(), ends };
    extendGrant(bot, named, scopes, made);
  }
  await bots.persist();
  return bot;
}
