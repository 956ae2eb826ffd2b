/** A Twitch application that a login of another program's file belongs to, and that isn't here yet. */
import { CLIENT_ID, type TwitchApplication } from '../applications/application.ts';
import { probe } from '../applications/probe.ts';
import { reasonOf } from '../result.ts';
import type { Services } from '../services.ts';
import type { ForeignLogin } from './foreign-logins.ts';

type BroughtServices = Pick<Services, 'activity' | 'applications' | 'deps' | 'twitch'>;

/** The application a file names: the one here, or the one it brings, which is public unless the file has its secret. */
export function namedApplication(
  { applications }: Pick<Services, 'applications'>,
  { clientId, clientSecret }: ForeignLogin,
): TwitchApplication | null {
  if (clientId === null || !CLIENT_ID.safeParse(clientId).success) return null;
  const known = applications.get(clientId);
  if (known !== null) return known.usable;
  return clientSecret === null
    ? { kind: 'public', clientId }
    : { kind: 'confidential', clientId, secret: clientSecret };
}

/**
 * Sees to it that the application of a login is here: on the disk, and not refused by Twitch. Why it can't be, in words,
 * or null. `loadAccounts` reads the logins for it that may rest in the profile.
 */
export async function ensureApplication(
  { activity, applications, deps, twitch }: BroughtServices,
  clientId: string,
  named: TwitchApplication | null,
  loadAccounts: () => Promise<void>,
): Promise<string | null> {
  if (applications.get(clientId) !== null) return null;
  if (!CLIENT_ID.safeParse(clientId).success) return NO_ID;
  const app: TwitchApplication = named?.clientId === clientId ? named : { kind: 'public', clientId };
  const trouble = await probe(twitch, app);
  if (trouble !== null && !trouble.ok) return `${trouble.error.message} ${SET_UP_FIRST}`;
  try {
    await applications.add(app, { label: '', source: 'import' });
  } catch (error) {
    deps.log.error('an application of a file could not be written', { reason: reasonOf(error) });
    return NOT_STORED;
  }
  activity.add('app.configured', `A file brought the Twitch application ${clientId} (${app.kind})`);
  await loadAccounts();
  return null;
}

const NO_ID = 'what the file calls its Twitch application is no client ID.';
const SET_UP_FIRST = 'Set its application up in Settings, then import once more.';
const NOT_STORED = 'the disk refuses to keep its Twitch application. Free some space, then import once more.';
