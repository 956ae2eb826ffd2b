/** A Twitch application ("client"), under whose name bots act. */
import { z } from 'zod';
import type { ApplicationSource, TwitchAppKind } from '../../../shared/views.ts';
import type { Secret } from '../secret.ts';

/** What is needed to ask Twitch for its tokens. */
export type TwitchApplication =
  | { kind: 'public'; clientId: string }
  | { kind: 'confidential'; clientId: string; secret: Secret };

/** An application the vault knows. */
export interface RegisteredApplication {
  readonly clientId: string;
  kind: TwitchAppKind;
  /** Her name for it, else the bot's that brought it, else empty. */
  label: string;
  source: ApplicationSource;
  /** Milliseconds since 1970. */
  addedAt: number;
  /** Null while its secret can't be opened. */
  usable: TwitchApplication | null;
}

/** Client IDs are opaque; this only keeps out what can't be one (spaces, a pasted URL). */
export const CLIENT_ID = z.string().regex(/^[A-Za-z0-9_-]{4,80}$/);
export const CLIENT_SECRET = z.string().regex(/^[\x21-\x7e]{4,200}$/);
/** Her name for an application. */
export const LABEL = z
  .string()
  .trim()
  .max(64)
  .regex(/^[^\p{Cc}\p{Cf}\p{Zl}\p{Zp}]*$/u);
