import { sanitize } from '../javascript/src/errors.ts';
import type { VaultStatus } from '../javascript/src/types.ts';
import { type Command, json, withVault } from './command.ts';
import { EXIT } from './exit-codes.ts';
import { CALL_FLAGS } from './flags.ts';
import { ACCOUNT_STATES, timeLeft } from './format/account.ts';
import { type Paint, painter } from './format/colours.ts';
import { type Cell, table, tableWidth } from './format/table.ts';
import type { Io } from './io.ts';

type User = VaultStatus['users'][number];

/** `castkey status`: how the vault and this bot's accounts stand. */
export const statusCommand: Command = {
  summary: 'show the vault and the accounts this bot may use',
  flags: ['long', ...CALL_FLAGS],
  details: `A row for each account: its jobs (intents), how many scopes it has granted, how it stands, and how long
its token lives; Castkey renews it before that. On a narrow terminal, or with --long, a block for each.
Colours only on a terminal, and not with NO_COLOR. Never opens a window. Exits with 5 if the vault is
locked or an account needs the streamer.`,
  async run(line, io) {
    const status = await withVault(line, io, (provider) => provider.status(), { interactive: 'never' });
    io.out(line.has('json') ? json(status) : describe(status, io, line.has('long')));
    const calm = status.users.every(({ state }) => state === 'ok' || state === 'offline');
    return status.locked || !calm ? EXIT.needsStreamer : EXIT.ok;
  },
};

const HEAD = ['ACCOUNT', 'ID', 'JOBS', 'SCOPES', 'STATE', 'TIME LEFT'];

function describe({ server, locked, vault, application, users }: VaultStatus, io: Io, long: boolean): string {
  const paint = painter(io.screen);
  const facts = [
    `Castkey ${sanitize(server.version)}`,
    ...(locked ? [paint('bad', 'locked')] : []),
    ...(vault?.twitch === 'stand-in' ? [paint('care', standInWords(vault.standIn))] : []),
    ...(vault?.app === null ? [paint('bad', 'no Twitch application set up yet')] : []),
    ...(application ? [`application ${application.clientId} (${application.kind})`] : []),
    ...(vault?.protection === 'none' || vault?.protection === 'weak'
      ? [paint('care', 'logins in memory only')]
      : []),
  ];
  const head = `${facts.join(', ')}\n\n`;
  if (users.length === 0) return `${head}This bot may use no account yet.\n`;
  const now = io.host.now();
  const rows = users.map((user) => row(user, now));
  const room = io.screen?.columns ?? Number.POSITIVE_INFINITY;
  if (!long && tableWidth(HEAD, rows) <= room) return head + table(HEAD, rows, paint);
  return head + users.map((user) => block(user, now, long, paint)).join('\n');
}

const standInWords = (url: string | undefined): string =>
  `not Twitch: a stand-in${url === undefined ? '' : ` at ${sanitize(url)}`}`;

function row(user: User, now: number): Cell[] {
  const { login, userId, intents, scope, state } = user;
  return [
    { text: sanitize(login), tone: 'strong' },
    { text: sanitize(userId) },
    { text: sanitize(intents.join(', ')) || '-' },
    { text: String(scope.length) },
    ACCOUNT_STATES[state],
    { text: left(user, now) },
  ];
}

function block(user: User, now: number, long: boolean, paint: Paint): string {
  const { login, userId, intents, scope, state } = user;
  const { text, tone } = ACCOUNT_STATES[state];
  const scopes = long ? scope.map((one) => `\n             ${sanitize(one)}`).join('') : '';
  return `${paint('strong', sanitize(login))} (${sanitize(userId)}): ${paint(tone, text)}
  time left  ${left(user, now)}
  jobs       ${sanitize(intents.join(', ')) || 'none'}
  scopes     ${scope.length}${scopes}
`;
}

/** What is left of a token that is of no use is of no use, too. */
function left({ expiresAt, state }: User, now: number): string {
  if (state === 'needs-sign-in' || state === 'setup') return '-';
  return expiresAt === null ? 'no end' : timeLeft(expiresAt - now);
}
