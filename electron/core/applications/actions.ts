/** What the streamer does with Twitch applications. */
import { z } from 'zod';
import { CALL_LIMITS } from '../../../shared/ipc.ts';
import type { ActionsOf } from '../action.ts';
import { applicationNotAccepted, badClientId, OK, secretWanted, stored } from '../result.ts';
import { keepsSecrets, Secret } from '../secret.ts';
import type { Services } from '../services.ts';
import type { Twitch } from '../twitch/endpoints.ts';
import { interruption, type VaultControl } from '../vault/vault-control.ts';
import { CLIENT_ID, CLIENT_SECRET, saveApplication, type TwitchApplication } from './application.ts';

/** An application is taken into use once Twitch has not refused it and the disk has it. */
export function applicationActions(
  { deps, activity, twitch }: Pick<Services, 'deps' | 'activity' | 'twitch'>,
  control: VaultControl,
): ActionsOf<'app'> {
  return {
    'app.configure': {
      arg: z.strictObject({
        clientId: z.string().min(1).max(CALL_LIMITS.idLength),
        kind: z.enum(['public', 'confidential']),
        clientSecret: z.string().min(1).max(1024).exactOptional(),
      }),
      whileLocked: false,
      async run({ clientId, kind, clientSecret }) {
        if (!CLIENT_ID.safeParse(clientId).success) return badClientId();
        if (kind === 'confidential' && !CLIENT_SECRET.safeParse(clientSecret).success) return secretWanted();
        const app: TwitchApplication =
          kind === 'public' ? { kind, clientId } : { kind, clientId, secret: new Secret(clientSecret ?? '') };
        const trouble = await probe(twitch, app);
        if (trouble !== null) return applicationNotAccepted(trouble);
        const why = interruption(control);
        if (why !== null) return why;
        const saved = await stored(
          deps.log,
          saveApplication(deps.documents, deps.box, app, keepsSecrets(deps)),
        );
        if (!saved.ok) return saved;
        await control.switchApplication(app);
        activity.add('app.configured', `The Twitch application is ${clientId} (${kind})`);
        return OK;
      },
    },
  };
}

/** Twitch's word on the application before it is taken into use; silence is not a no. */
async function probe(twitch: Twitch, app: TwitchApplication): Promise<string | null> {
  const reply = app.kind === 'public' ? await twitch.startDevice(app, []) : await twitch.appToken(app);
  return reply.kind === 'setup' ? reply.message : null;
}
