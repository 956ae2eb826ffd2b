import { accept, identityError, type Outcome, refuse } from './http/answer.ts';
import type { SandboxRequest } from './http/request.ts';
import { random, sha256 } from './random.ts';
import type { Client, State } from './state.ts';

/** A built-in application of the kind that keeps no secret: what a desktop program should be. */
export const SANDBOX_PUBLIC_CLIENT = { clientId: 'castkeysandboxpublic0000000000' } as const;

/** A built-in application that stands for the one a bot brings along. */
export const SANDBOX_BOT_CLIENT = { clientId: 'castkeysandboxsongbot000000000' } as const;

/** A built-in application with a secret, which is no secret: it opens nothing outside the sandbox. */
export const SANDBOX_CONFIDENTIAL_CLIENT = {
  clientId: 'castkeysandboxconfidential0000',
  clientSecret: 'thesandboxsecretthatisnosecret',
} as const;

/** What is needed to register an application; missing parts are drawn at random. */
export interface NewClient {
  readonly clientId?: string | undefined;
  readonly kind: 'public' | 'confidential';
  readonly clientSecret?: string | undefined;
  readonly redirectUris?: readonly string[] | undefined;
  readonly name?: string | undefined;
}

/** The applications of the sandbox, which grow by each new client ID that is used. */
export interface Clients {
  list(): Client[];
  get(clientId: string): Client | undefined;
  /** Adds or replaces an application and hands back what its owner needs to know. */
  register(client: NewClient): { clientId: string; clientSecret: string | null };
  /** The application a request names; one never seen before is registered on the spot. */
  identify(request: SandboxRequest): Outcome<Client>;
  /** As `identify`, and its secret is right. `optional`: a confidential one may leave it out, not get it wrong. */
  authenticate(request: SandboxRequest, secret: 'needed' | 'optional'): Outcome<Client>;
}

/** The applications every sandbox starts with. */
export function builtInClients(): Client[] {
  return [
    {
      clientId: SANDBOX_PUBLIC_CLIENT.clientId,
      name: 'Sandbox app (public)',
      kind: 'public',
      secretHash: null,
      redirectUris: [],
    },
    {
      clientId: SANDBOX_BOT_CLIENT.clientId,
      name: 'Song Request Bot',
      kind: 'public',
      secretHash: null,
      redirectUris: [],
    },
    {
      clientId: SANDBOX_CONFIDENTIAL_CLIENT.clientId,
      name: 'Sandbox app (confidential)',
      kind: 'confidential',
      secretHash: sha256(SANDBOX_CONFIDENTIAL_CLIENT.clientSecret),
      redirectUris: [],
    },
  ];
}

/** Twitch's are 30 characters long. Some room, but not enough for a mislaid refresh token to register itself. */
const CLIENT_ID = /^[A-Za-z0-9_-]{1,40}$/;

/** An application that a state file of an earlier sandbox lacks is there all the same. */
const builtIn = (clientId: string): Client | undefined =>
  builtInClients().find((one) => one.clientId === clientId);

const undecidedClient = (clientId: string): Client => ({
  clientId,
  name: `Application ${clientId}`,
  kind: 'undecided',
  secretHash: null,
  redirectUris: [],
});

/** An ID that starts with `unknown` stands for an application Twitch has never heard of. */
function canExist(clientId: string): boolean {
  return CLIENT_ID.test(clientId) && !clientId.startsWith('unknown');
}

/** A new application's first token request decides what it is: with a secret confidential, without one public. */
function decideKind(client: Client, secret: string): void {
  if (client.kind === 'undecided') client.kind = secret ? 'confidential' : 'public';
  if (client.kind === 'confidential' && secret) client.secretHash ??= sha256(secret);
}

/** The applications of `state`. */
export function openClients(state: State): Clients {
  const identify = (request: SandboxRequest): Outcome<Client> => {
    const clientId = request.param('client_id');
    if (!clientId) return refuse(identityError(400, 'missing client id'));
    if (!canExist(clientId)) return refuse(identityError(400, 'invalid client'));
    const client = state.clients.get(clientId) ?? builtIn(clientId) ?? undecidedClient(clientId);
    state.clients.set(clientId, client);
    return accept(client);
  };

  return {
    list: () => [...state.clients.values()],
    get: (clientId) => state.clients.get(clientId),
    identify,
    authenticate: (request, need) => {
      const found = identify(request);
      if (!found.ok) return found;
      const secret = request.param('client_secret');
      decideKind(found.value, secret);
      if (found.value.kind === 'public') return found;
      if (!secret) return need === 'optional' ? found : refuse(identityError(400, 'missing client secret'));
      if (sha256(secret) !== found.value.secretHash)
        return refuse(identityError(403, 'invalid client secret'));
      return found;
    },
    register: ({ clientId = random.clientId(), kind, clientSecret, redirectUris = [], name }) => {
      if (!canExist(clientId)) throw new Error(`not a client ID the sandbox accepts: ${clientId}`);
      const secret = kind === 'confidential' ? (clientSecret ?? random.clientSecret()) : null;
      state.clients.set(clientId, {
        clientId,
        name: name ?? `Application ${clientId}`,
        kind,
        secretHash: secret === null ? null : sha256(secret),
        redirectUris: [...redirectUris],
      });
      return { clientId, clientSecret: secret };
    },
  };
}
