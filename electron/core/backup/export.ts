/** Gathers what another computer needs to go on. */
import type { ReportView } from '../../../shared/views.ts';
import type { Account } from '../accounts/account.ts';
import type { Accounts } from '../accounts/accounts.ts';
import type { RefreshTokenUse } from '../accounts/refresh-token-use.ts';
import { advice, bad, good, named } from '../report.ts';
import type { Services } from '../services.ts';
import type { VaultControl } from '../vault/vault-control.ts';
import type { BackupContents, KeyedBot } from './contents.ts';

type ExportServices = Pick<Services, 'accounts' | 'applications' | 'bots' | 'deps' | 'refresher'>;

/** Everything there is, as it stands once no refresh is under way. */
export async function gatherContents(
  services: ExportServices,
  control: VaultControl,
): Promise<BackupContents> {
  const { deps, accounts, applications, bots, refresher } = services;
  await refresher.settled(); // else the file would hold a one-time token that has just been used
  const list = accounts.list();
  return {
    madeAt: deps.clock.now(),
    standIn: deps.twitch.standIn !== null,
    applications: applications
      .list()
      .flatMap(({ usable, label }) => (usable ? [{ app: usable, label }] : [])),
    defaultApplication: applications.default()?.clientId ?? null,
    accounts: list,
    intents: [...new Set(list.map(({ userId }) => userId))].flatMap((userId) =>
      accounts.intentsOf(userId).map((intent): [string, string] => [intent, userId]),
    ),
    bots: bots.list().filter((bot): bot is KeyedBot => bot.key !== null),
    settings: control.settings(),
  };
}

/**
 * From now on these logins are in a file, too: whoever restores it may renew them first, so Twitch is asked about each
 * before it is renewed here. Durable before the file is there (`noted`), else there must be none; `takeBack` undoes it.
 */
export async function noteCopies(
  accounts: Pick<Accounts, 'persist'>,
  list: readonly Account[],
): Promise<{ noted: boolean; takeBack: () => Promise<void> }> {
  const before = list.map(({ tokens }) => tokens);
  async function note(at: number, copies: RefreshTokenUse['copies']): Promise<void> {
    const account = list[at];
    if (account === undefined || account.tokens.version !== before[at]?.version) return;
    account.tokens = { ...account.tokens, use: { ...account.tokens.use, copies } };
    await accounts.persist(account);
  }
  const were = before.map(({ use }) => use.copies);
  await Promise.all(were.map((copies, at) => note(at, copies === 'restored' ? copies : 'elsewhere')));
  return {
    noted: list.every(({ saved }) => saved),
    takeBack: async () => void (await Promise.all(were.map((copies, at) => note(at, copies)))),
  };
}

/** What the file holds, and what must be known of it. */
export function exportReport(
  { applications, bots }: ExportServices,
  contents: BackupContents,
  file: string,
): ReportView {
  const logins = [...new Set(contents.accounts.map(({ login }) => login))];
  const paired = contents.bots.map(({ name }) => name);
  const lines = [
    good(`${file} holds ${named('account', logins)}, ${named('bot', paired)}, jobs and settings.`),
    ...applications
      .list()
      .filter(({ usable }) => usable === null)
      .map(({ clientId }) =>
        bad(
          `The Twitch application ${applications.nameOf(clientId)} is not in it: its secret can’t be opened now.`,
        ),
      ),
    ...bots
      .list()
      .filter(({ key }) => key === null)
      .map(({ name }) =>
        bad(`${name} is not in it: its key can’t be opened now. It will have to pair again.`),
      ),
    advice('Whoever has this file and its passphrase has these logins. Keep the two apart.'),
  ];
  if (contents.applications.some(({ app }) => app.kind === 'public')) lines.push(advice(ONE_TIME));
  lines.push(advice(MOVING));
  return { lines };
}

const ONE_TIME =
  'With a Public Twitch application each login can be renewed only once with what the file holds, and Castkey here renews it every few hours. Restore it soon; with an older file you sign in again, while bots, jobs and permissions still come back. If a token runs out while Castkey is off, it asks you before it renews it, since another computer may have done so.';
const MOVING =
  'Moving to another computer? Quit Castkey here first, then restore there, and don’t start it here again (turn off “Open at login”): the login belongs to whoever renews it first. Don’t use Remove here: that signs the account out at Twitch, for the other computer too.';
