import { z } from 'zod';
import type { DocumentStore, SecretBox } from '../ports.ts';
import { Secret } from '../secret.ts';

/** The streamer's own application at Twitch, under whose name bots act. */
export type TwitchApplication =
  | { kind: 'public'; clientId: string }
  | { kind: 'confidential'; clientId: string; secret: Secret };

/** What is known of an application whose secret can't be opened now. */
export type SealedApplication = Pick<TwitchApplication, 'clientId' | 'kind'>;

/** Client IDs are opaque; this only keeps out what can't be one (spaces, a pasted URL). */
export const CLIENT_ID = z.string().regex(/^[A-Za-z0-9_-]{4,80}$/);
export const CLIENT_SECRET = z.string().regex(/^[\x21-\x7e]{4,200}$/);

const stored = z.object({
  clientId: CLIENT_ID,
  kind: z.enum(['public', 'confidential']),
  sealedSecret: z.string().optional(),
});

/**
 * The application as last configured. `stale`: its secret was sealed by a key that is no longer the one in
 * use. `sealed`: its secret can't be opened now; `lost`: it never will be, since another key sealed it;
 * `unreadable`: something is there that this program doesn't know.
 */
export async function loadApplication(
  documents: DocumentStore,
  box: SecretBox,
): Promise<
  | { kind: 'app'; app: TwitchApplication; stale: boolean }
  | { kind: 'sealed'; app: SealedApplication }
  | { kind: 'none' | 'lost' | 'unreadable' }
> {
  const document = await documents.read('twitch-app', (value) => stored.safeParse(value).success);
  if (document.kind === 'absent') return { kind: 'none' };
  const parsed = stored.safeParse(document.kind === 'read' ? document.value : null);
  if (!parsed.success) return { kind: 'unreadable' };
  const { clientId, kind, sealedSecret } = parsed.data;
  if (kind === 'public') return { kind: 'app', app: { kind, clientId }, stale: false };
  if (sealedSecret === undefined) return { kind: 'unreadable' };
  const opened = await box.open(sealedSecret);
  if (opened.kind === 'unavailable') return { kind: 'sealed', app: { clientId, kind } };
  if (opened.kind === 'wrong-key') return { kind: 'lost' };
  const { plain, stale } = opened;
  return { kind: 'app', app: { kind, clientId, secret: new Secret(plain) }, stale };
}

/** Writes the application down; a secret only where it can be sealed. */
export async function saveApplication(
  documents: DocumentStore,
  box: SecretBox,
  app: TwitchApplication,
  durable: boolean,
): Promise<void> {
  const base = { clientId: app.clientId, kind: app.kind };
  if (app.kind === 'public') return documents.write('twitch-app', base);
  if (durable) {
    await documents.write('twitch-app', { ...base, sealedSecret: await box.seal(app.secret.reveal()) });
  }
}
