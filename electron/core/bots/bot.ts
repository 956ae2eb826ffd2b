/** A paired bot, and how it is written down. */
import { z } from 'zod';
import { LIMITS } from '../../../shared/protocol.ts';
import { CLIENT_ID } from '../applications/application.ts';
import type { Secret } from '../secret.ts';
import { grantEnd } from './grant-end.ts';
import type { Grant } from './grants.ts';
import { type HeldToken, heldToken } from './held-tokens.ts';
import {
  type Difference,
  type KnownProgram,
  knownProgram,
  type SeenProgram,
  seenProgram,
} from './programs.ts';
import { type KeptWant, keptWant } from './wanted-scopes.ts';

/** A paired bot: known by its key, whatever it calls itself. */
export interface Bot {
  readonly keyId: string;
  /** 32 bytes, base64url; null while it can't be opened (keychain locked, passphrase missing). */
  readonly key: Secret | null;
  /** The name the bot gave itself when it paired. */
  readonly name: string;
  readonly pairedAt: number;
  /** The script that paired it, or the program, as the system named it: all that the first versions kept. */
  readonly program: string | null;
  /** What its key may be used by; empty while the system has told nothing of it. */
  programs: KnownProgram[];
  /** Another program paired it and is in `programs` so far; the bot itself is learned when it first uses its key. */
  awaitsProgram: boolean;
  /** What used its key last, if that is something else. */
  changed: (Difference & { at: number; seen: SeenProgram }) | null;
  lastSeenAt: number | null;
  /** The Twitch application its tokens are of; null in records of Castkey 0.1: the default one. */
  clientId: string | null;
  grants: Grant[];
  /** Tokens it was given, as long as they hold. */
  holds: HeldToken[];
  /** What it said at pairing that it needs and would like. */
  wants: KeptWant[];
}

const grantRecord = z.object({
  id: z.string(),
  userId: z.string().nullable(),
  intent: z.string().nullable(),
  app: z.boolean().default(false),
  /** Older records have none: what was given then lasts. */
  ends: grantEnd.default(null),
  scopes: z.array(z.string()),
  createdAt: z.number(),
  firstUsedAt: z.number().nullable().default(null),
  lastUsedAt: z.number().nullable(),
  uses: z.number(),
});
/** A bot as it is written down; `sealedKey` is its key, unreadable to others. */
export const botRecord = z.object({
  keyId: z.string(),
  name: z.string(),
  pairedAt: z.number(),
  program: z.string().nullable(),
  programs: z.array(knownProgram).max(10).default([]),
  awaitsProgram: z.boolean().default(false),
  changed: z
    .object({
      at: z.number(),
      held: z.boolean(),
      seen: seenProgram,
      changes: z.array(
        z.object({
          what: z.enum(['program', 'script', 'contents', 'place', 'application']),
          before: z.string().nullable(),
          after: z.string().nullable(),
        }),
      ),
    })
    .nullable()
    .default(null),
  lastSeenAt: z.number().nullable(),
  clientId: CLIENT_ID.nullable().default(null),
  grants: z.array(grantRecord),
  holds: z.array(heldToken).default([]),
  wants: z.array(keptWant).max(LIMITS.wants).default([]),
  sealedKey: z.string(),
});
/** The document of all bots. Castkey 0.1 wrote version 1, which knows one application and only permissions that last. */
export const botsDocument = z.object({
  version: z.union([z.literal(1), z.literal(2)]),
  bots: z.array(botRecord),
});
export type BotRecord = z.infer<typeof botRecord>;
