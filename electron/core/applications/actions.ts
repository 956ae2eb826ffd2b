/** What the streamer does with Twitch applications. */
import { z } from 'zod';
import { CALL_LIMITS, type CallResult } from '../../../shared/ipc.ts';
import { REDIRECT_URI } from '../../../shared/twitch-app.ts';
import type { ActionsOf } from '../action.ts';
import { applicationOf } from '../bots/bot-application.ts';
import { dropAppGrants, dropGrantsOn } from '../bots/grant-changes.ts';
import { forgetHeld } from '../bots/held-tokens.ts';
import { OK, stored } from '../result.ts';
import { Secret } from '../secret.ts';
import type { Services } from '../services.ts';
import { interruption, type VaultControl } from '../vault/vault-control.ts';
import { CLIENT_ID, CLIENT_SECRET, LABEL, type TwitchApplication } from './application.ts';
import { appTokenGone, appTokenKept, badClientId, noSuchApplication, secretWanted } from './failures.ts';
import { probe } from './probe.ts';

type ApplicationServices = Pick<
  Services,
  | 'accounts'
  | 'activity'
  | 'applications'
  | 'appTokens'
  | 'bots'
  | 'deps'
  | 'events'
  | 'refresher'
  | 'rotation'
  | 'signIns'
  | 'twitch'
>;

const clientId = z.string().min(1).max(CALL_LIMITS.idLength);
const configuration = z.strictObject({
  clientId,
  kind: z.enum(['public', 'confidential']),
  clientSecret: z.string().min(1).max(1024).exactOptional(),
  label: LABEL.exactOptional(),
});
type Configuration = z.output<typeof configuration>;

/** An application is taken into use once Twitch has not refused it and the disk has it. */
export function applicationActions(services: ApplicationServices, control: VaultControl): ActionsOf<'app'> {
  const { activity, applications, deps, events } = services;
  const onOne = async (id: string, run: () => Promise<CallResult<void>>): Promise<CallResult<void>> =>
    applications.get(id) === null ? noSuchApplication() : run();
  return {
    'app.configure': {
      arg: configuration,
      whileLocked: false,
      run: (req) => configure(services, control, req),
    },
    'app.copyRedirectUrl': {
      arg: z.undefined(),
      whileLocked: true,
      async run() {
        await deps.desktop.copy(REDIRECT_URI);
        return OK;
      },
    },
    'app.rename': {
      arg: z.strictObject({ clientId, label: LABEL }),
      whileLocked: false,
      run: (req) => onOne(req.clientId, () => stored(deps.log, applications.rename(req.clientId, req.label))),
    },
    'app.makeDefault': {
      arg: z.strictObject({ clientId }),
      whileLocked: false,
      run: (req) =>
        onOne(req.clientId, async () => {
          const saved = await stored(deps.log, applications.makeDefault(req.clientId));
          const text = `${applications.nameOf(req.clientId)} is the default Twitch application`;
          if (!saved.ok) return saved;
          activity.add('app.configured', text);
          events.emit({ type: 'state' }); // bots that name none see the logins of another one from now on
          return OK;
        }),
    },
    'app.remove': {
      arg: z.strictObject({ clientId }),
      whileLocked: false,
      run: (req) => onOne(req.clientId, () => remove(services, req.clientId)),
    },
    // Taking away works while Castkey is locked, too; a token may outlive its application here.
    'app.endTokens': {
      arg: z.strictObject({ clientId }),
      whileLocked: true,
      run: (req) => endTokens(services, req.clientId),
    },
  };
}

async function configure(
  services: ApplicationServices,
  control: VaultControl,
  { clientId: id, kind, clientSecret, label = '' }: Configuration,
): Promise<CallResult<void>> {
  const { activity, applications, deps, signIns, twitch } = services;
  if (!CLIENT_ID.safeParse(id).success) return badClientId();
  if (kind === 'confidential' && !CLIENT_SECRET.safeParse(clientSecret).success) return secretWanted();
  const app: TwitchApplication =
    kind === 'public'
      ? { kind, clientId: id }
      : { kind, clientId: id, secret: new Secret(clientSecret ?? '') };
  const trouble = await probe(twitch, app);
  if (trouble !== null) return trouble;
  const why = interruption(control);
  if (why !== null) return why;
  const isNew = applications.get(id) === null;
  const saved = await stored(deps.log, applications.add(app, { label, source: 'entered' }));
  if (!saved.ok) return saved;
  if (label !== '' && !isNew) await stored(deps.log, applications.rename(id, label));
  signIns.changedApplication(id);
  await control.loadAccounts();
  activity.add(
    'app.configured',
    `${isNew ? 'New Twitch application' : 'The Twitch application'} ${id} (${kind})`,
  );
  return OK;
}

/**
 * Its logins go first, so that none is left without an application, and once more after it for whoever signed in meanwhile; what
 * bots may do with it, and with whoever goes, goes, too.
 */
async function remove(services: ApplicationServices, id: string): Promise<CallResult<void>> {
  const { activity, applications, bots, deps, events } = services;
  const name = applications.nameOf(id);
  const itsBots = bots
    .list()
    .filter((bot) => applicationOf({ bot, namedClientId: null }, applications) === id);
  const emptied = await removeLogins(services, id);
  if (!emptied.ok) return emptied;
  const removed = await stored(deps.log, applications.remove(id));
  const late = removed.ok ? await removeLogins(services, id) : removed;
  if (removed.ok) {
    dropAppGrants(services, itsBots);
    void endAppTokens(services, id);
    activity.add('app.configured', `You removed the Twitch application ${name}`);
    events.emit({ type: 'state' });
  }
  await bots.persist();
  return late;
}

/** Ends what signs somebody in for it, then everybody's login. */
async function removeLogins(services: ApplicationServices, id: string): Promise<CallResult<void>> {
  const { accounts, deps, refresher, rotation, signIns } = services;
  signIns.changedApplication(id);
  for (const account of accounts.list().filter((one) => one.clientId === id)) {
    await refresher.pending(account);
    const removed = await stored(deps.log, accounts.remove(account));
    if (!removed.ok) return removed;
    rotation.endAll(account);
    dropGrantsOn(services, account.userId);
  }
  return OK;
}

async function endTokens(services: ApplicationServices, id: string): Promise<CallResult<void>> {
  const { activity, applications } = services;
  const { ended, kept } = await endAppTokens(services, id);
  const unfinished = kept > 0 ? appTokenKept() : OK;
  const answer = ended.length + kept > 0 ? unfinished : appTokenGone();
  const name = applications.nameOf(id);
  const text = answer.ok
    ? `You ended the own token of the Twitch application ${name}`
    : `Ending the own token of the Twitch application ${name} failed: ${answer.error.message}`;
  activity.add('token.rotated', text, { ok: answer.ok });
  return answer;
}

/** What Twitch has ended no bot holds any more. */
async function endAppTokens(
  { appTokens, bots }: Pick<ApplicationServices, 'appTokens' | 'bots'>,
  id: string,
): Promise<{ ended: number[]; kept: number }> {
  const result = await appTokens.end(id);
  forgetHeld(bots.list(), id, result.ended);
  await bots.persist();
  return result;
}
