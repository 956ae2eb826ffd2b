import type { ApprovalView } from '../../shared/prompt-views.ts';
import type { ScopeInfo } from '../../shared/scopes.ts';
import { reachOf } from '../../shared/token-reach.ts';
import { UntrustedText } from '../components/untrusted-text.tsx';
import { counted, sentence } from '../format/phrases.ts';
import { byRisk, isKnown } from '../format/scope-words.ts';
import { IconAlertTriangle } from '../theme/icons.ts';
import css from './approval.module.css';
import { APP_POWERS } from './approval-words.ts';

/** So many are named for each account; more are counted. */
const MAX_NAMED = 5;

/** What is dangerous about a yes, account by account, worst first: above all that scrolls. */
export function Danger(props: { view: ApprovalView; intents: Record<string, string> }) {
  const { wants } = props.view;
  const tokens = tokensOf(wants, props.intents);
  const all = new Set([...tokens.values()].flat());
  const powers = wants.some(({ app }) => app) ? APP_POWERS : [];
  const risky = powers.filter((power) => power.dangerous);
  const count = dangerous([...all]).length + risky.length;
  if (count === 0) return null;
  return (
    <section className={css.danger} aria-label="Danger">
      <p className={css.dangerHead}>
        <IconAlertTriangle size={18} stroke={2.2} aria-hidden />
        <strong>
          {count} of the {counted(all.size + powers.length, 'thing')} a yes gives {count === 1 ? 'is' : 'are'}{' '}
          dangerous
        </strong>
      </p>
      {risky.map(({ words }) => (
        <p key={words} className={css.dangers}>
          <b>The Twitch application’s own token:</b> {sentence(words)}
        </p>
      ))}
      {[...tokens].map(([login, scopes]) => {
        const found = dangerous(scopes);
        return found.length === 0 ? null : (
          <p key={login} className={css.dangers}>
            <b>
              <UntrustedText text={`${login || 'The account you choose'}:`} />
            </b>{' '}
            {named(found)}
          </p>
        );
      })}
    </section>
  );
}

const dangerous = (scopes: string[]) => byRisk(scopes).find(({ risk }) => risk === 'careful')?.scopes ?? [];

/** The worst in words, others counted; what Castkey can't explain is counted alone, for its name may say anything. */
function named(infos: readonly ScopeInfo[]): string {
  const known = infos.filter(({ scope }) => isKnown(scope));
  const more = known.length - MAX_NAMED;
  const unknown = infos.length - known.length;
  return [
    ...known.slice(0, MAX_NAMED).map(({ words }) => sentence(words)),
    ...(more > 0 ? [`and ${more} more, told below`] : []),
    ...(unknown > 0 ? [`${counted(unknown, 'thing')} Castkey doesn’t know`] : []),
  ].join(' · ');
}

/** What each account's token can do, however many wants are about it; those of nobody yet come together, as ''. */
function tokensOf(
  wants: ApprovalView['wants'],
  intents: Readonly<Record<string, string>>,
): Map<string, string[]> {
  const tokens = new Map<string, string[]>();
  for (const want of wants) {
    const chosen = intents[want.intent ?? ''];
    const login = want.account?.login ?? want.choices.find(({ userId }) => userId === chosen)?.login ?? '';
    const scopes = reachOf(want, chosen).map(({ scope }) => scope);
    tokens.set(login, [...new Set([...(tokens.get(login) ?? []), ...scopes])]);
  }
  return tokens;
}
