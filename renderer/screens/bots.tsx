import { Button } from '@mantine/core';
import { useCallback } from 'react';
import type { BotView, GrantView } from '../../shared/views.ts';
import { ask } from '../data/ask.ts';
import { useClock } from '../data/clock.ts';
import { agoWords, counted, dateWords } from '../data/time-words.ts';
import { useVault, vaultCalls } from '../data/vault.ts';
import { openDialog } from '../dialogs/open-dialog.ts';
import { IconPlugConnected, IconPlugConnectedX, IconRobot, IconTrash } from '../look/icons.ts';
import { Disclosure } from '../parts/disclosure.tsx';
import { Empty } from '../parts/empty.tsx';
import { ScopeGroups } from '../parts/scope-groups.tsx';
import { Tag } from '../parts/tag.tsx';
import css from './bots.module.css';
import { HowToConnect } from './how-to-connect.tsx';
import { ScreenHead } from './screen-head.tsx';
import screens from './screens.module.css';

/** The bots that have been let in, and what each may use. */
export function BotsScreen() {
  const bots = useVault((vault) => vault.bots);
  return (
    <>
      <ScreenHead title="Bots" sub="The programs you let in, and what each of them may use." />
      {bots.length === 0 ? (
        <Empty icon={IconRobot} title="No bot yet">
          When a bot on this computer asks for the first time, a window shows what it wants and you decide.
        </Empty>
      ) : null}
      {bots.map((bot) => (
        <BotCard key={bot.keyId} bot={bot} />
      ))}
      {bots.length === 0 ? (
        <HowToConnect />
      ) : (
        <Disclosure label="How to connect another one">
          <HowToConnect />
        </Disclosure>
      )}
    </>
  );
}

function BotCard(props: { bot: BotView }) {
  const { bot } = props;
  const { lastSeenAt } = bot;
  const seen = useClock(
    useCallback((now: number) => (lastSeenAt === null ? 'never' : agoWords(lastSeenAt, now)), [lastSeenAt]),
  );
  const connected = bot.connections > 0;
  return (
    <article className={`${screens.card} ${css.bot}`} aria-label={bot.name}>
      <header className={css.head}>
        <div className={css.who}>
          <h2>{bot.name}</h2>
          <p className={screens.soft}>
            Let in {dateWords(bot.pairedAt)}, last seen {connected ? 'now' : seen}
          </p>
        </div>
        {connected ? (
          <Tag tone="good" icon={IconPlugConnected}>
            Connected
          </Tag>
        ) : (
          <Tag icon={IconPlugConnectedX}>Not connected</Tag>
        )}
      </header>
      <p className={css.program}>
        <span>Program</span>
        <code>{bot.program ?? 'The system could not tell'}</code>
      </p>
      {bot.grants.length ? (
        <ul className={css.grants}>
          {bot.grants.map((grant) => (
            <Grant key={grant.id} keyId={bot.keyId} grant={grant} />
          ))}
        </ul>
      ) : (
        <p className={screens.soft}>It may use nothing at the moment. If it asks, you are asked.</p>
      )}
      <div className={css.foot}>
        <Button
          size="xs"
          variant="subtle"
          className={css.remove ?? ''}
          leftSection={<IconTrash size={15} aria-hidden />}
          onClick={() => openDialog({ kind: 'remove-bot', keyId: bot.keyId })}
        >
          Remove {bot.name}
        </Button>
      </div>
    </article>
  );
}

/** What a grant is for, in words. */
export function grantTarget(grant: GrantView): string {
  if (grant.intent === null) return grant.login ?? 'an account that is gone';
  return grant.login
    ? `the job “${grant.intent}”, now ${grant.login}`
    : `the job “${grant.intent}”, nobody’s yet`;
}

function Grant(props: { keyId: string; grant: GrantView }) {
  const { grant, keyId } = props;
  const { lastUsedAt, uses } = grant;
  const used = useClock(
    useCallback(
      (now: number) =>
        lastUsedAt === null
          ? 'not used yet'
          : `used ${uses === 1 ? 'once' : counted(uses, 'time')}, last ${agoWords(lastUsedAt, now)}`,
      [lastUsedAt, uses],
    ),
  );
  return (
    <li className={css.grant}>
      <div className={css.line}>
        <div className={css.target}>
          <strong>May use {grantTarget(grant)}</strong>
          <span className={screens.soft}>{used}</span>
        </div>
        <Button
          size="xs"
          variant="default"
          aria-label={`Revoke ${grantTarget(grant)}`}
          onClick={() => void ask(vaultCalls()['grant.revoke']({ keyId, grantId: grant.id }))}
        >
          Revoke
        </Button>
      </div>
      {grant.scopes.length === 0 ? (
        <ScopeGroups scopes={[]} compact />
      ) : (
        <Disclosure label={counted(grant.scopes.length, 'permission')}>
          <ScopeGroups scopes={grant.scopes} compact />
        </Disclosure>
      )}
    </li>
  );
}
