/** The newest part of log and record as a text that can be pasted anywhere. */
import { z } from 'zod';
import { parseJson } from '../../../shared/parse-json.ts';
import type { Services } from '../services.ts';
import type { Entry } from './entry.ts';
import { createPseudonyms, type Pseudonyms } from './pseudonyms.ts';

type CopyServices = Pick<Services, 'accounts' | 'activity' | 'bots' | 'deps'>;

const LINES = 200;
const LEARNT = {
  userId: 'account',
  login: 'account',
  bot: 'bot',
  keyId: 'bot',
  clientId: 'application',
} as const;
const logLine = z.record(z.string(), z.unknown());

/** Accounts, bots and folders go by other names, and what looks like a secret is taken out once more. */
export async function safeCopy(services: CopyServices): Promise<string> {
  const { deps, activity } = services;
  const entries = activity.all().slice(0, LINES);
  const lines = await deps.logLines.tail(LINES).catch((): string[] => ['The log could not be read.']);
  const names = learnNames(services, lines);
  const text = [
    ...heading(services),
    '',
    'What happened, newest first',
    ...entries.map(entryText),
    '',
    'The log, newest last',
    ...lines,
  ];
  // Line by line: a pattern for a secret must not reach from one line into the next.
  return `${text.map((line) => names.replace(deps.redact(line))).join('\n')}\n`;
}

function heading({ deps, accounts, bots }: CopyServices): string[] {
  const { version, electron, system } = deps.host;
  const { kind, backend, needsPassphrase } = deps.box.protection();
  const sealed = `${kind}, ${backend}${needsPassphrase ? ', waits for the passphrase' : ''}`;
  return [
    `Castkey ${version}, Electron ${electron.version}, ${system}`,
    `Logins sealed by: ${sealed}; ${accounts.list().length} accounts, ${bots.list().length} bots`,
    `Twitch: ${deps.twitch.standIn === null ? 'the real one' : 'a stand-in'}`,
    'Names of accounts and bots, and folders, were replaced.',
  ];
}

/** Everybody's names: of those here now, and of those that log and record still speak of. */
function learnNames({ deps, accounts, activity, bots }: CopyServices, lines: readonly string[]): Pseudonyms {
  const names = createPseudonyms(deps.host.home);
  for (const { login, userId, clientId } of accounts.list()) {
    names.learn('account', login, userId);
    names.learn('application', clientId);
  }
  for (const { name, keyId } of bots.list()) names.learn('bot', name, keyId);
  for (const { login, bot, peer } of activity.all()) {
    names.learn('account', login);
    names.learn('bot', bot);
    names.learn('bot', peer?.claimed ?? null);
  }
  for (const line of lines) learnFields(names, line);
  return names;
}

function learnFields(names: Pseudonyms, line: string): void {
  const parsed = logLine.safeParse(parseJson(line));
  if (!parsed.success) return;
  for (const [field, kind] of Object.entries(LEARNT)) {
    const value = parsed.data[field];
    if (typeof value === 'string') names.learn(kind, value);
  }
}

function entryText({ at, kind, text, ok, times, scopes, peer }: Entry): string {
  const facts = [
    ok ? null : 'refused',
    times > 1 ? `×${times}` : null,
    scopes.length > 0 ? scopes.join(' ') : null,
    peer &&
      `by ${peer.script ?? peer.program ?? 'an unknown program'}, ${peer.proved ? 'proved' : 'not proved'}`,
    peer && peer.doubts.length > 0 ? `not certain: ${peer.doubts.join(' ')}` : null,
  ];
  return [new Date(at).toISOString(), kind, text, ...facts.filter(Boolean)].join(' | ');
}
