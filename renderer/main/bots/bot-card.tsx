import { useCallback, useEffect, useId, useState } from 'react';
import { applicationName } from '../../../shared/application-name.ts';
import type { BotView } from '../../../shared/views.ts';
import { ActionButton } from '../../components/action-button.tsx';
import { Tag } from '../../components/tag.tsx';
import { PathText, UntrustedText } from '../../components/untrusted-text.tsx';
import { nameWarning } from '../../format/safe-text.ts';
import { agoWords, dateWords } from '../../format/time-words.ts';
import { useClock } from '../../state/clock.ts';
import { useVault } from '../../state/window-stores.ts';
import {
  IconAlertTriangle,
  IconChevronDown,
  IconPlugConnected,
  IconPlugConnectedX,
  IconServer,
  IconTrash,
} from '../../theme/icons.ts';
import { openDialog } from '../dialogs/open-dialog.ts';
import screen from '../screen.module.css';
import { botTitle, grantsWords, isIdle, similarNamesNote } from './bot-words.ts';
import css from './bots.module.css';
import { ChangedBot } from './changed-bot.tsx';
import { Grant } from './grant.tsx';
import { HeldTokens } from './held-tokens.tsx';
import { WantedScopes } from './wanted-scopes.tsx';

/** One bot: a line that opens to everything known of it. One that needs the streamer is open by itself. */
export function BotCard(props: { bot: BotView; unfolded: boolean }) {
  const { bot } = props;
  const changed = bot.changed !== null;
  const [open, setOpen] = useState(props.unfolded || changed);
  useEffect(() => {
    if (changed) setOpen(true);
  }, [changed]);
  const id = useId();
  return (
    <article
      className={`${screen.card} ${css.bot}`}
      aria-label={botTitle(bot)}
      data-changed={changed || undefined}
    >
      <header className={css.head}>
        <h2 id={`${id}n`} className={css.name}>
          <button
            type="button"
            className={css.fold}
            aria-expanded={open}
            aria-controls={id}
            onClick={() => setOpen(!open)}
          >
            <IconChevronDown size={17} aria-hidden className={css.chevron} />
            <UntrustedText text={bot.name} />
          </button>
        </h2>
        <Tags bot={bot} />
        <Seen bot={bot} open={open} />
      </header>
      <div id={id} hidden={!open} className={css.body}>
        {open ? <Details bot={bot} about={`${id}n`} /> : null}
      </div>
    </article>
  );
}

function Tags(props: { bot: BotView }) {
  const { connections, remote, changed } = props.bot;
  return (
    <div className={css.tags}>
      {changed ? (
        <Tag tone={changed.held ? 'bad' : 'warn'} icon={IconAlertTriangle}>
          {changed.held ? 'Waits for you' : 'Changed'}
        </Tag>
      ) : null}
      {remote ? <Tag icon={IconServer}>Another computer</Tag> : null}
      {connections > 0 ? (
        <Tag tone="good" icon={IconPlugConnected}>
          Connected
        </Tag>
      ) : (
        <Tag icon={IconPlugConnectedX}>Not connected</Tag>
      )}
    </div>
  );
}

function Seen(props: { bot: BotView; open: boolean }) {
  const { lastSeenAt, connections, pairedAt } = props.bot;
  const seen = useClock(
    useCallback(
      (now: number) => (connections > 0 ? 'now' : lastSeenAt === null ? 'never' : agoWords(lastSeenAt, now)),
      [lastSeenAt, connections],
    ),
  );
  return (
    <p className={css.seen}>
      {props.open ? `Let in ${dateWords(pairedAt)}` : grantsWords(props.bot)} · last seen {seen}
    </p>
  );
}

function Details(props: { bot: BotView; about: string }) {
  const { bot, about } = props;
  const notes = [similarNamesNote(bot), nameWarning(bot.name)].filter(Boolean);
  return (
    <>
      {bot.changed ? <ChangedBot bot={bot} changed={bot.changed} about={about} /> : null}
      {notes.map((note) => (
        <p key={note} className={css.note}>
          {note}
        </p>
      ))}
      <Facts bot={bot} />
      {bot.grants.length ? (
        <ul className={css.grants} aria-label="What it may use">
          {bot.grants.map((grant) => (
            <Grant key={grant.id} bot={bot} grant={grant} />
          ))}
        </ul>
      ) : isIdle(bot) ? (
        <p className={screen.soft}>It may use nothing at the moment. If it asks, you are asked.</p>
      ) : null}
      <HeldTokens bot={bot} about={about} />
      <WantedScopes bot={bot} about={about} />
      {bot.changed ? null : (
        <div className={css.foot}>
          <ActionButton
            size="xs"
            variant="subtle"
            about={about}
            className={css.remove ?? ''}
            leftSection={<IconTrash size={15} aria-hidden />}
            onClick={() => openDialog({ kind: 'remove-bot', keyId: bot.keyId })}
          >
            Remove
          </ActionButton>
        </div>
      )}
    </>
  );
}

const INTRODUCED = {
  awaited: 'by castkey pair; the first program that uses its key counts as this bot',
  learned: 'by castkey pair; this program was the first to use its key',
} as const;

function Facts(props: { bot: BotView }) {
  const { program, script, remote, introduced } = props.bot;
  return (
    <dl className={css.facts}>
      <dt>{remote ? 'Comes through' : 'Program'}</dt>
      <dd>{program === null ? 'The system could not tell' : <PathText path={program} />}</dd>
      {script === null ? null : (
        <>
          <dt>Script</dt>
          <dd>
            <PathText path={script} />
          </dd>
        </>
      )}
      {introduced === null ? null : (
        <>
          <dt>Introduced</dt>
          <dd>{INTRODUCED[introduced]}</dd>
        </>
      )}
      <dt>Runs on</dt>
      <dd>{remote ? 'another computer, or out of sight behind that program' : 'this computer'}</dd>
      <Application bot={props.bot} />
    </dl>
  );
}

/** Which Twitch application the bot's tokens are of; with one for all there is nothing to tell apart. */
function Application(props: { bot: BotView }) {
  const applications = useVault((vault) => vault.applications);
  const clientId = props.bot.clientId;
  const own = applications.find((one) => one.clientId === clientId);
  if (applications.length < 2 || own === undefined) return null;
  return (
    <>
      <dt>Application</dt>
      <dd>
        <UntrustedText text={applicationName(own)} />
      </dd>
    </>
  );
}
