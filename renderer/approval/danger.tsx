import { reachOf } from '../../shared/token-reach.ts';
import type { ApprovalView } from '../../shared/views.ts';
import { UntrustedText } from '../components/untrusted-text.tsx';
import { counted, sentence } from '../format/phrases.ts';
import { byRisk } from '../format/scope-words.ts';
import { IconAlertTriangle } from '../theme/icons.ts';
import css from './approval.module.css';

/** So many are named for each account; more are counted. */
const MAX_NAMED = 5;

/** What is dangerous about a yes, account by account, worst first: above all that scrolls. */
export function Danger(props: { view: ApprovalView; intents: Record<string, string> }) {
  const { wants } = props.view;
  const reached = wants.map((want) => reachOf(want, props.intents[want.intent ?? '']));
  const all = new Set(reached.flatMap((scopes) => scopes.map(({ scope }) => scope)));
  const dangers = reached.map((scopes) => dangerous(scopes.map(({ scope }) => scope)));
  const count = dangerous([...all]).length;
  if (count === 0) return null;
  return (
    <section className={css.danger} aria-label="Danger">
      <p className={css.dangerHead}>
        <IconAlertTriangle size={18} stroke={2.2} aria-hidden />
        <strong>
          {count} of the {counted(all.size, 'thing')} a yes gives {count === 1 ? 'is' : 'are'} dangerous
        </strong>
      </p>
      {wants.map((want, index) => {
        const found = dangers[index] ?? [];
        return found.length === 0 ? null : (
          // biome-ignore lint/suspicious/noArrayIndexKey: a request's wants never change their order
          <p key={index} className={css.dangers}>
            <b>{ownerOf(want, props.intents)}</b> {named(found.map(({ words }) => words))}
          </p>
        );
      })}
    </section>
  );
}

const dangerous = (scopes: string[]) => byRisk(scopes).find(({ risk }) => risk === 'careful')?.scopes ?? [];

function named(words: string[]): string {
  const more = words.length - MAX_NAMED;
  const shown = words.slice(0, MAX_NAMED).map(sentence).join(' · ');
  return more > 0 ? `${shown} · and ${more} more, told below` : shown;
}

function ownerOf(
  { account, choices, intent }: ApprovalView['wants'][number],
  intents: Record<string, string>,
) {
  const chosen = choices.find(({ userId }) => userId === intents[intent ?? '']);
  const login = account?.login ?? chosen?.login;
  return login === undefined ? 'The account you choose:' : <UntrustedText text={`${login}:`} />;
}
