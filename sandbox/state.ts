import { z } from 'zod';

const account = z.object({
  id: z.string().min(1),
  login: z.string().min(1),
  displayName: z.string(),
  /** Who this is, in a few words for the consent page. */
  role: z.string(),
  /** The channel's title, which Helix can change. */
  title: z.string(),
  live: z.boolean(),
  /** Milliseconds since 1970. */
  createdAt: z.number(),
});

const client = z.object({
  clientId: z.string().min(1),
  name: z.string(),
  /** `undecided` until the first token request shows whether it holds a secret. */
  kind: z.enum(['public', 'confidential', 'undecided']),
  secretHash: z.string().nullable(),
  /** In the order of registration: errors about a wrong URI go to the first. */
  redirectUris: z.array(z.string()),
});

const authorization = z.object({
  id: z.string(),
  clientId: z.string(),
  userId: z.string(),
  scopes: z.array(z.string()),
  refreshHash: z.string(),
  /** Of its refresh tokens that have been used: one that comes again is told from nonsense by them. */
  spentRefreshHashes: z.array(z.string()).default([]),
  createdAt: z.number(),
  /** Milliseconds since 1970; null for the refresh tokens that don't expire. */
  refreshExpiresAt: z.number().nullable(),
  revoked: z.boolean(),
});

const accessToken = z.object({
  hash: z.string(),
  clientId: z.string(),
  /** Null, like the authorization, for an app access token. */
  userId: z.string().nullable(),
  authorizationId: z.string().nullable(),
  scopes: z.array(z.string()),
  issuedAt: z.number(),
  expiresAt: z.number(),
});

/** The state file, version 1. It holds hashes only: nobody can sign in with what lies there. */
export const savedState = z.object({
  version: z.literal(1),
  accounts: z.array(account),
  clients: z.array(client),
  authorizations: z.array(authorization),
  accessTokens: z.array(accessToken),
});

/** A made-up user. */
export type Account = z.infer<typeof account>;
/** A registered application. */
export type Client = z.infer<typeof client>;
/** One consent: these scopes, for this application, from this person, with one refresh token. */
export type Authorization = z.infer<typeof authorization>;
/** A live access token, of a user or of an application. */
export type AccessToken = z.infer<typeof accessToken>;
/** The state file as JSON. */
export type SavedState = z.infer<typeof savedState>;

/** Everything that outlives a restart, by its key. */
export interface State {
  readonly accounts: Map<string, Account>;
  readonly clients: Map<string, Client>;
  readonly authorizations: Map<string, Authorization>;
  readonly accessTokens: Map<string, AccessToken>;
}

/** From the file's rows to the maps the sandbox works with. */
export function deserialize(saved: SavedState): State {
  return {
    accounts: new Map(saved.accounts.map((row) => [row.id, row])),
    clients: new Map(saved.clients.map((row) => [row.clientId, row])),
    authorizations: new Map(saved.authorizations.map((row) => [row.id, row])),
    accessTokens: new Map(saved.accessTokens.map((row) => [row.hash, row])),
  };
}

/** From the maps to the file's rows. */
export function serialize(state: State): SavedState {
  return {
    version: 1,
    accounts: [...state.accounts.values()],
    clients: [...state.clients.values()],
    authorizations: [...state.authorizations.values()],
    accessTokens: [...state.accessTokens.values()],
  };
}
