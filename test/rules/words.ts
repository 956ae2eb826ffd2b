/**
 * Words this project made up for itself, each with the field's word: a reader who knows OAuth and Electron
 * needs no dictionary. Whole words, however they are joined in a name.
 */
const PRIVATE_WORDS: readonly (readonly [found: RegExp, instead: string])[] = [
  [/\bbirths\b|createBirths/, 'shared-pairing'],
  [/(?<!-)\bseldom\b/i, 'throttle'],
  [/told-refusals|tellRefusals/, 'record-refusals'],
  [/refused-questions|RefusedQuestions/, 'prompt-limiter'],
  [/makesRoom/, 'chooseEviction'],
  [/makeRoom|thin-lines|thinLines/, 'ensureCapacity, rotate, fair share'],
  [/renewalDueAt|accounts\.renew\b/, 'refreshAheadAt, replaceTokens'],
  [/looksOf|barredFor|surroundingsOf|\bonJob\b/, 'foldName, refusedForMs, environment'],
  [/memoryShape|createServing|\bstanding\(\)/, 'shell state, token issuer, stage'],
  [/\bbrakes?\b|Brakes/, 'flow control'],
  [/\bintake\b|Intake/, 'inbound queue'],
  [/createMeter|meterOf|wire\/meter/, 'token bucket'],
  [/\bnamesakes?\b/, 'similar names'],
  [/\bupkeep\b|Upkeep/, 'refresh scheduler'],
  [/createPermits|bots\/permits/, 'authorizer'],
  [/createAdmission|bots\/admission/, 'program check'],
  [/createSwitches|core\/switches/, 'vault control'],
  [/putToUse/, 'publish'],
  [/core\/wire\b/, 'core/protocol'],
  [/shared\/(wire|calls)\b/, 'shared/protocol, shared/ipc'],
  [/electron\/start\b/, 'electron/app'],
  [/openMemory|app\/memory/, 'shell state'],
  [/TwitchPlace|twitch-place/, 'TwitchEnvironment'],
  [/\bdice\b|createDice/i, 'seeded choice'],
  [/TimeToDenial/, 'TimeToAnswer'],
  [/adapters\/window-calls/, 'adapters/ipc-main'],
  [/socket-(way|place)|opening-lock/, 'socket folder, stale socket'],
  [/\bbackstage\b/i, 'control'],
  [/\bthaw(ed|s)?\b/i, 'deserialize'],
  [/\bfreeze(?=State|Into)|\bunfreeze\b/, 'serialize'],
  [/irc-hall|IrcHall/, 'irc-server-state'],
  [/\bHouse\b|openHouse|socket-house/, 'server, fixture'],
  [/waiting-room|waitingRoom|WaitingRoom/, 'pending requests'],
  [/(?<![\w-])client\/(?:src|dist)|\bexamples\//, 'clients/'],
  [/foreign-text|ForeignText/, 'untrusted text'],
  [/trouble-bar|TroubleBar/, 'banner'],
  [/renderer\/(look|parts|data|screens|dialogs)\b/, 'renderer/theme, components, format, state, main'],
  [/test\/fakes\b/, 'test/support'],
  [/standing-vault|vault-at-sandbox|twitch-ledger/, 'fixtures and fakes in test/support'],
  [/\b(MOST|USUAL|LONGEST|LEAST|OLDEST|SOONEST)_[A-Z]/, 'MAX_, DEFAULT_, MIN_'],
  [/[{,]\s*(usual|most|least):/, '{ default, max, min }'],
];

/** Private words in a file or its name. The changelog tells of what was. */
export function privateWords(path: string, text: string): string[] {
  if (path === 'CHANGELOG.md' || /^test\/rules\/words(\.test)?\.ts$/.test(path)) return [];
  const lines = [path, ...text.split('\n')];
  return lines.flatMap((line, number) =>
    PRIVATE_WORDS.flatMap(([found, instead]) => {
      const [word] = found.exec(line) ?? [];
      return word === undefined ? [] : [`${path}:${number}: ${word}; the field says ${instead}`];
    }),
  );
}
