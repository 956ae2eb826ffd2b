/** The inside of a backup: everything another computer needs to go on, as plain text for the envelope. */
import { z } from 'zod';
import { parseJson } from '../../../shared/parse-json.ts';
import type { SettingsView } from '../../../shared/views.ts';
import {
  type Account,
  fromRecord,
  isPresentable,
  parseRecord,
  tokensToSeal,
  toRecord,
  USER_ID,
} from '../accounts/account.ts';
import { INTENT } from '../accounts/intents.ts';
import { CLIENT_ID, CLIENT_SECRET, LABEL, type TwitchApplication } from '../applications/application.ts';
import { type Bot, botRecord } from '../bots/bot.ts';
import { Secret } from '../secret.ts';
import { settingsRecord } from '../settings/settings.ts';
import { isOfSensibleSize } from './size-limits.ts';

/** A bot whose key is at hand. */
export type KeyedBot = Bot & { readonly key: Secret };

/** An application with what is needed to use it. */
export interface SavedApplication {
  app: TwitchApplication;
  label: string;
}

/** What a backup holds. */
export interface BackupContents {
  /** Milliseconds since 1970. */
  madeAt: number;
  /** True when it was made with a stand-in for Twitch: such logins must not meet the real one. */
  standIn: boolean;
  applications: SavedApplication[];
  /** Client ID of the application for bots that name none. */
  defaultApplication: string | null;
  accounts: Account[];
  /** Intent and the ID of the account that has it. */
  intents: [intent: string, userId: string][];
  bots: KeyedBot[];
  settings: SettingsView;
}

const bot = botRecord.extend({
  keyId: z.string().regex(/^[\w-]{8,64}$/),
  /** In a backup the key itself: the whole text is sealed. */
  sealedKey: z.string().regex(/^[\w-]{43}$/),
});
const facts = { clientId: CLIENT_ID, label: LABEL.default('') };
const application = z.discriminatedUnion('kind', [
  z.object({ kind: z.literal('public'), ...facts }),
  z.object({ kind: z.literal('confidential'), ...facts, secret: CLIENT_SECRET }),
]);
const written = z.object({
  madeAt: z.number(),
  standIn: z.boolean(),
  /** Castkey 0.1 has this one instead of the next two. */
  app: application.nullable().optional(),
  applications: z.array(application).optional(),
  defaultApplication: CLIENT_ID.nullable().optional(),
  accounts: z.array(z.unknown()),
  intents: z.array(z.tuple([INTENT, USER_ID])),
  bots: z.array(bot),
  settings: settingsRecord,
});

/** The text that is sealed. */
export function writeContents(contents: BackupContents): string {
  const { applications, accounts, bots } = contents;
  return JSON.stringify({
    ...contents,
    applications: applications.map(({ app, label }) =>
      app.kind === 'confidential' ? { ...app, label, secret: app.secret.reveal() } : { ...app, label },
    ),
    accounts: accounts.map((account) => toRecord(account, tokensToSeal(account))),
    bots: bots.map(({ key, ...rest }) => ({ ...rest, ...elsewhere(), sealedKey: key.reveal() })),
  } satisfies z.input<typeof written>);
}

/** Null when a part of it isn't what it should be: a backup is taken as a whole. */
export function readContents(plain: string): BackupContents | null {
  const value = parseJson(plain);
  if (!isOfSensibleSize(value)) return null;
  const parsed = written.safeParse(value);
  if (!parsed.success) return null;
  const accounts = parsed.data.accounts.map(readAccount);
  if (!accounts.every((account) => account !== null)) return null;
  const { app = null, applications, defaultApplication, bots, ...rest } = parsed.data;
  return {
    ...rest,
    applications: (applications ?? (app === null ? [] : [app])).map(readApplication),
    defaultApplication: defaultApplication ?? app?.clientId ?? null,
    accounts,
    bots: bots.map(({ sealedKey, ...record }) => ({ ...record, ...elsewhere(), key: new Secret(sealedKey) })),
  };
}

/** What a bot ran as on another computer says nothing about this one; it is learned when it first calls. */
const elsewhere = () => ({ program: null, programs: [], awaitsProgram: false, changed: null, holds: [] });

function readApplication({ label, ...found }: z.output<typeof application>): SavedApplication {
  const app = found.kind === 'public' ? found : { ...found, secret: new Secret(found.secret) };
  return { app, label };
}

function readAccount(value: unknown): Account | null {
  const record = parseRecord(value);
  const account = record && fromRecord(record, record.sealed);
  if (account === null || !isPresentable(account)) return null;
  // Whoever it comes from may have renewed it since.
  const tokens = { ...account.tokens, use: { ...account.tokens.use, copies: 'restored' as const } };
  return { ...account, tokens };
}
