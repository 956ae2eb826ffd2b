import { SCOPES, type ScopeInfo, type ScopeRisk, scopeInfo } from '../../shared/scopes.ts';

/** What a risk is called, and why. */
export const RISKS: Readonly<Record<ScopeRisk, { title: string; why: string }>> = {
  careful: { title: 'Be careful', why: 'private, powerful, or hard to undo' },
  act: { title: 'Acts for you', why: 'speaks or changes things in your name' },
  look: { title: 'Only looks', why: 'reads, changes nothing' },
};
/** The worst of what is dangerous, from the worst on: whoever has it streams as her, or makes others powerful. */
const WORST = [
  'channel:read:stream_key',
  'channel_read',
  'channel_stream',
  'channel:manage:moderators',
  'user:manage:whispers',
  'whispers:edit',
  'user:read:whispers',
  'whispers:read',
  'user:read:email',
  'user_read',
  'channel:manage:videos',
  'moderator:manage:banned_users',
  'channel:moderate',
];
const KNOWN = new Set(SCOPES.map(({ scope }) => scope));

/** Smaller is worse. What Castkey can't explain comes last, for anybody can make up names to hide others behind. */
function harm({ scope }: ScopeInfo): number {
  const place = WORST.indexOf(scope);
  if (place >= 0) return place;
  return isKnown(scope) ? WORST.length : WORST.length + 1;
}

/** Whether Castkey can say what a scope is. */
export const isKnown = (scope: string): boolean => KNOWN.has(scope);

/** What needs most thought comes first. */
const RISK_ORDER: readonly ScopeRisk[] = ['careful', 'act', 'look'];

/** Scopes by risk, what needs most thought first, in each group too; empty groups are left out. */
export function byRisk(scopes: readonly string[]): { risk: ScopeRisk; scopes: ScopeInfo[] }[] {
  const infos = [...new Set(scopes)].map(scopeInfo).sort((one, other) => harm(one) - harm(other));
  return RISK_ORDER.map((risk) => ({ risk, scopes: infos.filter((info) => info.risk === risk) })).filter(
    (group) => group.scopes.length > 0,
  );
}

/** The groups of the scope picker, in the order streamers think in; the first that fits takes a scope. */
const TOPICS: readonly { title: string; fits: RegExp }[] = [
  {
    title: 'Chat',
    fits: /^chat|^user:(bot|write:chat|read:chat|read:emotes|manage:chat_color)|^channel:bot|chatters|whisper/,
  },
  { title: 'Moderation', fits: /^moderat|^channel:moderate|:moderators|:vips|blocked|moderated/ },
  {
    title: 'Points, polls and support',
    fits: /redemptions|polls|predictions|bits|hype|charity|goals|subscri/,
  },
  {
    title: 'Stream and videos',
    fits: /broadcast|clips|videos|schedule|raids|ads|commercial|guest_star|stream/,
  },
];
const REST = 'Profile and everything else';

/** The title of the group a scope belongs to; every scope is in one. */
export const topicOf = (scope: string): string => TOPICS.find(({ fits }) => fits.test(scope))?.title ?? REST;

/** The scopes to choose from, by topic: those Twitch still gives out, and whatever is `held`. */
export function byTopic(held: readonly string[], query: string): { title: string; scopes: ScopeInfo[] }[] {
  const current = SCOPES.filter((info) => !info.old);
  const known = new Set(current.map((info) => info.scope));
  const all = [...current, ...held.filter((scope) => !known.has(scope)).map(scopeInfo)];
  const needle = query.trim().toLowerCase();
  const found = all.filter((info) => `${info.scope} ${info.words}`.toLowerCase().includes(needle));
  return [...TOPICS.map(({ title }) => title), REST]
    .map((title) => ({ title, scopes: found.filter((info) => topicOf(info.scope) === title) }))
    .filter((group) => group.scopes.length > 0);
}
