import { join } from 'node:path';
import { z } from 'zod';
import { SANDBOX_PUBLIC_CLIENT, startSandbox } from '../../sandbox/server.ts';
import type { TwitchEnvironment } from '../../shared/twitch-environment.ts';
import { systemClock } from '../adapters/clock-and-random.ts';
import { setAsideUnlessFile } from '../adapters/files/regular-file.ts';
import { createApplicationStore } from '../core/applications/application-store.ts';
import type { DocumentStore, Log } from '../core/ports.ts';
import { standInEnvironment } from '../policy/twitch-environment.ts';
import type { Storage } from './storage.ts';

/** A running stand-in for Twitch inside this process. */
export interface BuiltInSandbox {
  environment: TwitchEnvironment;
  close(): Promise<void>;
}

/** The document that remembers the port: bots and open pages find the sandbox again after a restart. */
const DOCUMENT = 'sandbox';
const portShape = z.object({ port: z.int().min(1).max(65535) });

/** Starts the sandbox Twitch, on the port it had last time if that is free. */
export async function openBuiltInSandbox(
  folder: string,
  documents: DocumentStore,
  log: Log,
): Promise<BuiltInSandbox> {
  const stateFile = join(folder, 'sandbox-twitch.json');
  setAsideUnlessFile(stateFile);
  const stored = await documents.read(DOCUMENT);
  const last = portShape.safeParse(stored.kind === 'read' ? stored.value : null).data?.port;
  const onUnsaved = (error: Error): void =>
    log.error('the sandbox Twitch could not save its state, and keeps it in memory', { error });
  const options = { stateFile, onUnsaved };
  const sandbox = await startSandbox({ port: last ?? 0, ...options }).catch(() => startSandbox(options));
  if (sandbox.port !== last) await documents.write(DOCUMENT, { port: sandbox.port });
  return { environment: standInEnvironment(sandbox.url, true), close: () => sandbox.close() };
}

/** Spares the streamer the onboarding: the sandbox knows an application that any vault may use. */
export async function configureBuiltInClient(
  storage: Pick<Storage, 'documents' | 'box'>,
  log: Log,
): Promise<void> {
  const store = createApplicationStore({ ...storage, log, clock: systemClock });
  const { applications, problems } = await store.load();
  if (applications.length > 0 || problems.length > 0) return;
  const { clientId } = SANDBOX_PUBLIC_CLIENT;
  const usable = { clientId, kind: 'public' } as const;
  const facts = { label: 'Sandbox', source: 'entered', addedAt: systemClock.now() } as const;
  await store.save([{ ...usable, ...facts, usable }], clientId);
}
