import type { Accounts, NewAccount } from '../accounts.ts';
import type { ChatMessage } from '../chat/chat.ts';
import type { IrcClientView } from '../chat/irc-server.ts';
import type { LoginRefusal } from '../chat/irc-server-state.ts';
import type { NewClient } from '../clients.ts';
import type { SessionView } from '../eventsub/eventsub.ts';
import type { Happening } from '../eventsub/happen.ts';
import type { AccessToken, Account, Authorization, Client, State } from '../state.ts';
import type { ServerCertificate } from '../tls/certificate.ts';
import type { Owner, TokenSettings } from '../tokens.ts';
import type { Twitch } from '../twitch.ts';
import { TWITCH_HOSTS, TWITCH_PORTS } from '../twitch-hosts.ts';
import { type EventTypeView, eventControls } from './event-controls.ts';
import type { Fault, Faults, NewFault } from './faults.ts';
import type { LogFilter, LoggedRequest, RequestLog } from './request-log.ts';

/** Whose tokens are meant; `user` is an ID or a login. A part left out matches all. */
export interface OwnerFilter {
  readonly clientId?: string | undefined;
  readonly user?: string | undefined;
}

/** How long Twitch leaves a program to reconnect (Twitch docs, EventSub, WebSocket events). */
const RECONNECT_SECONDS = 30;

/** Which WebSockets are meant; a part left out matches all. */
export interface ConnectionFilter {
  readonly kind?: 'chat' | 'eventsub' | undefined;
  /** An ID or a login. */
  readonly user?: string | undefined;
}

/** What the sandbox holds, with hashes (hex SHA-256) in place of tokens and without the clients' secrets. */
export interface StateView {
  readonly accounts: Account[];
  readonly clients: Omit<Client, 'secretHash'>[];
  readonly authorizations: Authorization[];
  readonly accessTokens: AccessToken[];
  readonly settings: TokenSettings;
  readonly faults: Fault[];
}

/**
 * What tests and bot authors can do to the sandbox while it runs. What doesn't exist (a user, a code) or
 * can't be (a login) makes it throw.
 */
export interface Control {
  accounts(): Account[];
  createAccount(account: NewAccount): Account;
  /** Changes the login of an account given by ID or login; its ID stays. */
  renameAccount(idOrLogin: string, login: string): Account;
  /** Adds an application, or replaces the one of that ID. */
  createClient(client: NewClient): { clientId: string; clientSecret: string | null };
  /** Answers a device code for a person, without a browser. */
  approveDevice(userCode: string, idOrLogin: string): void;
  declineDevice(userCode: string): void;
  /** Expires one access token, raw or by SHA-256; false if there was none. */
  expireToken(rawOrHash: string): boolean;
  /** Expires access tokens; refresh tokens stay valid. How many it were. */
  expireTokens(whose?: OwnerFilter): number;
  /**
   * The user disconnects the application: its access and refresh tokens are revoked. How many authorizations
   * it was.
   */
  disconnect(whose?: OwnerFilter): number;
  /** Leaves at most these scopes to tokens and authorizations. How many authorizations it touched. */
  shrinkScopes(whose: OwnerFilter, scopes: readonly string[]): number;
  /** Seconds, for user tokens issued from now on. */
  setTokenLifetime(seconds: number): void;
  /** Whether a refresh expires the access tokens before it; it doesn't at first. */
  setRefreshKillsOld(on: boolean): void;
  /** Whether a public application's refresh token sent twice ends all; it does at first (twitchdev/issues#903). */
  setReuseEndsAll(on: boolean): void;
  /** Helix points a minute. */
  setRateLimit(points: number): void;
  /** Returns the fault's ID. */
  addFault(fault: NewFault): string;
  faults(): Fault[];
  /** Clears one or all; how many it were. */
  clearFaults(id?: string): number;
  requests(filter?: LogFilter): LoggedRequest[];
  requestCounts(): Record<string, number>;
  clearRequests(): void;
  chatMessages(): readonly ChatMessage[];
  /** Has a person say something in a channel; both are an ID or a login. */
  say(channel: string, user: string, text: string): ChatMessage;
  /** The types of events that can be sent, with what it takes to subscribe to them. */
  eventTypes(): EventTypeView[];
  /** Has something happen; how many subscriptions were notified. */
  event(happening: Happening): number;
  /** Has a person follow a channel; how many subscriptions were notified. */
  follow(channel: string, user: string): number;
  /** Begins or ends a stream; how many subscriptions were notified. */
  setLive(user: string, live: boolean): number;
  /** Who is connected to chat and to EventSub. */
  connections(): { chat: IrcClientView[]; eventsub: SessionView[] };
  /** Cuts connections; how many it were. */
  drop(which?: ConnectionFilter): number;
  /**
   * Asks programs to connect anew (`RECONNECT`, `session_reconnect`), and cuts those off who have not
   * after so many seconds (30); how many it were.
   */
  requestReconnect(which?: ConnectionFilter & { readonly within?: number | undefined }): number;
  /** Refuses the next login to chat, or so many, or all; null is an end of it. */
  refuseLogins(refusal?: Partial<LoginRefusal> | null): void;
  state(): StateView;
  /** How it passes for Twitch. */
  twitch(): TwitchDisguise;
  /** Every raw access and refresh token issued in this run. In process only. */
  issuedTokens(): readonly string[];
}

/** What the control reads and changes. */
export interface ControlDeps {
  readonly twitch: Twitch;
  readonly state: State;
  readonly faults: Faults;
  readonly log: RequestLog;
  readonly certificate: ServerCertificate;
  /** What became of Twitch's own ports: `open`, or the error's code. None unless asked for. */
  readonly ports: Record<number, string>;
}

/** What a program must be told to take the sandbox for Twitch. */
export interface TwitchDisguise {
  /** The authority to trust for TLS, in PEM; a new one with each start. */
  readonly ca: string;
  /** Names that are to lead to 127.0.0.1. */
  readonly hosts: readonly string[];
  /** Where Twitch's hosts listen. */
  readonly wellKnownPorts: readonly number[];
  /** Those of them that were asked for: `open`, or the code of the error. */
  readonly ports: Readonly<Record<number, string>>;
}

function find(accounts: Accounts, idOrLogin: string): Account {
  const account = accounts.find(idOrLogin);
  if (!account) throw new Error(`no such account: ${idOrLogin}`);
  return account;
}

function viewState({ twitch, state, faults }: ControlDeps): StateView {
  const now = twitch.now();
  return structuredClone({
    accounts: twitch.accounts.list(),
    clients: twitch.clients.list().map(({ secretHash: _, ...client }) => client),
    authorizations: [...state.authorizations.values()],
    accessTokens: [...state.accessTokens.values()].filter(({ expiresAt }) => expiresAt > now),
    settings: twitch.tokens.settings,
    faults: faults.list(),
  });
}

function tokenControls({ twitch: { accounts, tokens } }: ControlDeps) {
  const owner = ({ clientId, user }: OwnerFilter): Owner => ({
    clientId,
    userId: user === undefined ? undefined : find(accounts, user).id,
  });
  return {
    expireToken: (rawOrHash: string) => tokens.expire(rawOrHash),
    expireTokens: (whose: OwnerFilter = {}) => tokens.expireAll(owner(whose)),
    disconnect: (whose: OwnerFilter = {}) => tokens.disconnect(owner(whose)),
    shrinkScopes: (whose: OwnerFilter, scopes: readonly string[]) => tokens.shrink(owner(whose), scopes),
    setTokenLifetime: (seconds: number) => {
      tokens.settings.lifetime = seconds;
    },
    setRefreshKillsOld: (on: boolean) => {
      tokens.settings.refreshKillsOld = on;
    },
    setReuseEndsAll: (on: boolean) => {
      tokens.settings.reuseEndsAll = on;
    },
    issuedTokens: () => tokens.issued(),
  };
}

function socketControls({ twitch: { accounts, chat, irc, eventsub } }: ControlDeps) {
  const each = (
    { kind, user }: ConnectionFilter,
    act: (of: typeof irc | typeof eventsub, userId?: string) => number,
  ): number => {
    const userId = user === undefined ? undefined : find(accounts, user).id;
    const inChat = kind === 'eventsub' ? 0 : act(irc, userId);
    return inChat + (kind === 'chat' ? 0 : act(eventsub, userId));
  };
  return {
    say: (channel: string, user: string, text: string) =>
      chat.send({ broadcasterId: find(accounts, channel).id, senderId: find(accounts, user).id, text }),
    connections: () => ({ chat: irc.list(), eventsub: eventsub.list() }),
    drop: (which: ConnectionFilter = {}) => each(which, (of, userId) => of.drop(userId)),
    requestReconnect: ({
      within = RECONNECT_SECONDS,
      ...which
    }: ConnectionFilter & { within?: number | undefined } = {}) =>
      each(which, (of, userId) => of.reconnect(userId, within * 1000)),
    refuseLogins: (refusal: Partial<LoginRefusal> | null = {}) => irc.refuseLogins(refusal),
  };
}

function deviceControls({ twitch: { accounts, deviceCodes } }: ControlDeps) {
  const answer = (userCode: string, decision: 'declined' | { userId: string }): void => {
    const code = deviceCodes.byUserCode(userCode);
    if (!code) throw new Error('no device waits with this code');
    code.decision = decision;
  };
  return {
    approveDevice: (userCode: string, idOrLogin: string) =>
      answer(userCode, { userId: find(accounts, idOrLogin).id }),
    declineDevice: (userCode: string) => answer(userCode, 'declined'),
  };
}

/** The control of one sandbox; `controlAnswer` offers the same over HTTP. */
export function openControl(deps: ControlDeps): Control {
  const { twitch, faults, log } = deps;
  return {
    ...tokenControls(deps),
    ...deviceControls(deps),
    ...socketControls(deps),
    ...eventControls(twitch),
    accounts: () => structuredClone(twitch.accounts.list()),
    createAccount: (account) => structuredClone(twitch.accounts.create(account)),
    renameAccount: (idOrLogin, login) => structuredClone(twitch.accounts.rename(idOrLogin, login)),
    createClient: (client) => twitch.clients.register(client),
    setRateLimit: (points) => twitch.rateLimits.setLimit(points),
    addFault: (fault) => faults.add(fault),
    faults: () => faults.list(),
    clearFaults: (id) => faults.clear(id),
    requests: (filter) => log.list(filter),
    requestCounts: () => log.counts(),
    clearRequests: () => log.clear(),
    chatMessages: () => twitch.chat.messages(),
    state: () => viewState(deps),
    twitch: () => ({
      ...{ ca: deps.certificate.ca, ports: { ...deps.ports } },
      ...{ hosts: TWITCH_HOSTS, wellKnownPorts: TWITCH_PORTS },
    }),
  };
}
