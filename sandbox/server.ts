import type { IncomingMessage, ServerResponse } from 'node:http';
import type { Duplex } from 'node:stream';
import { BUILT_IN_ACCOUNTS, openAccounts } from './accounts.ts';
import { openChat } from './chat/chat.ts';
import { openIrcServer } from './chat/irc-server.ts';
import { serveIrcStream } from './chat/irc-stream.ts';
import { builtInClients, openClients } from './clients.ts';
import { type Clock, SYSTEM_CLOCK } from './clock.ts';
import { type Control, type ControlDeps, openControl } from './control/control.ts';
import { controlAnswer } from './control/control-routes.ts';
import { applyFault, type Delivery } from './control/fault-effects.ts';
import { type FaultEffect, openFaults } from './control/faults.ts';
import { openRequestLog } from './control/request-log.ts';
import { openEventSub } from './eventsub/eventsub.ts';
import { empty, identityError } from './http/answer.ts';
import { type Listener, listenOn, listenOnLoopback, type Take } from './http/listener.ts';
import { cutOff, openProtocols } from './http/protocols.ts';
import { readHead, readRequest, type SandboxRequest } from './http/request.ts';
import { answerUpgrade, openWebSockets, type WebSockets } from './http/web-sockets.ts';
import { openAuthorizationCodes } from './identity/authorization-codes.ts';
import { openConsents } from './identity/consents.ts';
import { openDeviceCodes } from './identity/device-codes.ts';
import { GRANT_TYPES } from './identity/token-endpoint.ts';
import { openTokenBuckets } from './rate-limits.ts';
import { notFound, ROUTES } from './routes.ts';
import { SOCKETS } from './sockets.ts';
import { deserialize, type State } from './state.ts';
import { openState, type StateOrigin } from './state-file.ts';
import { certify } from './tls/certificate.ts';
import { DEFAULT_TOKEN_LIFETIME, openTokens, type TokenSettings } from './tokens.ts';
import type { Twitch } from './twitch.ts';
import { TWITCH_HOSTS, TWITCH_PORTS } from './twitch-hosts.ts';

export { SANDBOX_BOT_CLIENT, SANDBOX_CONFIDENTIAL_CLIENT, SANDBOX_PUBLIC_CLIENT } from './clients.ts';
export type { Control } from './control/control.ts';
export type { NewFault } from './control/faults.ts';

/** How to start a sandbox; every part has a default. */
export interface SandboxOptions {
  /** 0, the default, is any free one. */
  readonly port?: number | undefined;
  /** Where accounts, applications and token hashes outlive a restart; without it nothing does. */
  readonly stateFile?: string | undefined;
  /** Hears that the state could not be saved; what it holds is lost if it ends before it can be. */
  readonly onUnsaved?: ((error: Error) => void) | undefined;
  /** Milliseconds since 1970; the system's clock unless given. */
  readonly now?: Clock['now'] | undefined;
  /** Of user tokens, in seconds. */
  readonly tokenLifetime?: number | undefined;
  /** Waits for the fault `slow`, for keepalives and for deadlines; a real timer unless given. */
  readonly delay?: Clock['delay'] | undefined;
  /** Whether it also listens at the ports of Twitch's hosts, as far as they are free and for this user. */
  readonly asTwitch?: boolean | undefined;
}

/** A running sandbox. */
export interface Sandbox {
  /** `http://127.0.0.1:PORT`. */
  readonly url: string;
  readonly port: number;
  readonly stateOrigin: StateOrigin;
  readonly control: Control;
  close(): Promise<void>;
}

const initialState = (): State =>
  deserialize({
    version: 1,
    accounts: BUILT_IN_ACCOUNTS.map((account) => ({ ...account })),
    clients: builtInClients(),
    authorizations: [],
    accessTokens: [],
  });

function openTwitch(state: State, settings: TokenSettings, clock: Clock): Twitch {
  const { now } = clock;
  const accounts = openAccounts(state, now);
  const tokens = openTokens(state, settings, now);
  const chat = openChat(now);
  return {
    now,
    accounts,
    clients: openClients(state),
    tokens,
    deviceCodes: openDeviceCodes(now),
    authorizationCodes: openAuthorizationCodes(now),
    consents: openConsents(now),
    rateLimits: openTokenBuckets(now),
    chat,
    irc: openIrcServer({ ...clock, accounts, tokens, chat }),
    eventsub: openEventSub({ ...clock, accounts, tokens, chat }),
  };
}

/** What the handlers of requests need. */
interface SandboxServer extends ControlDeps {
  readonly control: Control;
  readonly flush: () => Promise<void>;
  readonly delay: Clock['delay'];
  readonly webSockets: WebSockets;
}

/** Repeats of a request only what the sandbox itself knows by name: the rest could be a mislaid secret. */
function logRequest(
  { twitch, log }: SandboxServer,
  request: SandboxRequest,
  sent: Delivery,
  fault?: FaultEffect,
): void {
  const name = `${request.method} ${request.path}`;
  const clientId = request.param('client_id') || request.header('client-id');
  const grantType = request.param('grant_type');
  log.add({
    time: twitch.now(),
    method: request.method,
    path: ROUTES.has(name) || SOCKETS.has(request.path) ? request.path : '(unknown)',
    clientId: twitch.clients.get(clientId) ? clientId : null,
    grantType: GRANT_TYPES.has(grantType) ? grantType : null,
    status: typeof sent === 'string' ? null : sent.status,
    fault: fault?.kind ?? null,
  });
}

async function handleRequest(server: SandboxServer, request: SandboxRequest): Promise<Delivery> {
  if (request.path.startsWith('/sandbox/')) {
    const answer = controlAnswer(server.control, request);
    await server.flush();
    return answer;
  }
  const endpoint = ROUTES.get(`${request.method} ${request.path}`) ?? notFound;
  const perform = () => endpoint(server.twitch, request);
  const fault = server.faults.take(request);
  const sent = fault ? await applyFault(fault, { request, perform, delay: server.delay }) : perform();
  // What was promised must survive a crash, so the disk comes before the answer.
  await server.flush();
  logRequest(server, request, sent, fault);
  return sent;
}

function deliver(response: ServerResponse, delivery: Delivery): void {
  if (delivery === 'hang') return;
  if (delivery === 'reset') {
    cutOff(response.socket);
    return;
  }
  response.writeHead(delivery.status, { ...delivery.headers, 'x-content-type-options': 'nosniff' });
  response.end(delivery.body);
}

async function serve(
  server: SandboxServer,
  message: IncomingMessage,
  response: ServerResponse,
): Promise<void> {
  try {
    const request = await readRequest(message, message.socket.localPort ?? 0);
    deliver(response, request.ok ? await handleRequest(server, request.value) : request.answer);
  } catch (error) {
    if (message.socket.destroyed || response.headersSent) return;
    process.emitWarning(error instanceof Error ? error : String(error));
    deliver(response, identityError(500, 'Internal Server Error'));
  }
}

/** A request for a WebSocket is one that faults apply to like any other; status 101 stands for its success. */
async function upgrade(
  server: SandboxServer,
  message: IncomingMessage,
  socket: Duplex,
  head: Buffer,
): Promise<void> {
  socket.on('error', () => socket.destroy());
  const read = readHead(message, message.socket.localPort ?? 0);
  if (!read.ok) return answerUpgrade(socket, read.answer);
  const request = read.value;
  const endpoint = SOCKETS.get(request.path);
  if (!endpoint) return answerUpgrade(socket, notFound(server.twitch, request));
  const fault = server.faults.take(request);
  const context = { request, perform: () => empty(101), delay: server.delay };
  const sent = fault ? await applyFault(fault, context) : empty(101);
  logRequest(server, request, sent, fault);
  if (sent === 'hang') return;
  if (sent === 'reset') return cutOff(message.socket);
  if (sent.status !== 101) return answerUpgrade(socket, sent);
  server.webSockets.upgrade(message, socket, head, (webSocket) =>
    endpoint(server.twitch, request, webSocket),
  );
}

/** Listens at Twitch's own ports; what becomes of each is written down. */
async function listenAsTwitch(take: Take, ports: ControlDeps['ports']): Promise<Listener[]> {
  const listeners = TWITCH_PORTS.map(async (port) => {
    try {
      const listener = await listenOn('127.0.0.1', port, take);
      ports[port] = 'open';
      return [listener];
    } catch (error) {
      ports[port] = error instanceof Error && 'code' in error ? String(error.code) : String(error);
      return [];
    }
  });
  return (await Promise.all(listeners)).flat();
}

/**
 * A disk that takes nothing keeps nobody from an answer, which would look like trouble at Twitch. The state stays
 * in memory, and is saved with a later request. The first failure in a row is told.
 */
function savedLater(save: () => Promise<void>, tell: (error: Error) => void): () => Promise<void> {
  let failing = false;
  return async () => {
    try {
      await save();
      failing = false;
    } catch (error) {
      if (!failing) tell(error instanceof Error ? error : new Error(String(error)));
      failing = true;
    }
  };
}

/**
 * Starts a stand-in Twitch on the loopback interface. Rejects when the port is taken or the state file out of
 * reach.
 */
export async function startSandbox(options: SandboxOptions = {}): Promise<Sandbox> {
  const { port = 0, tokenLifetime = DEFAULT_TOKEN_LIFETIME } = options;
  const { now = SYSTEM_CLOCK.now, delay = SYSTEM_CLOCK.delay } = options;
  const { state, origin, flush: save } = await openState(options.stateFile, initialState);
  const flush = savedLater(save, options.onUnsaved ?? ((error) => process.emitWarning(error)));
  const settings: TokenSettings = { lifetime: tokenLifetime, refreshKillsOld: false, reuseEndsAll: true };
  const deps: ControlDeps = {
    twitch: openTwitch(state, settings, { now, delay }),
    state,
    faults: openFaults(),
    log: openRequestLog(),
    // By the real time, whatever the sandbox's own clock says: those who check it have no other.
    ports: {},
    certificate: certify([...TWITCH_HOSTS, 'localhost', '127.0.0.1', '::1'], SYSTEM_CLOCK.now()),
  };
  const control = openControl(deps);
  const server: SandboxServer = { ...deps, control, flush, delay, webSockets: openWebSockets() };
  const take = openProtocols({
    request: (message, response) => void serve(server, message, response),
    upgrade: (message, socket, head) => void upgrade(server, message, socket, head),
    irc: (socket) => serveIrcStream(deps.twitch.irc, socket),
    certificate: deps.certificate,
  });
  const listener = await listenOnLoopback(port, take);
  const twitchPorts = options.asTwitch ? await listenAsTwitch(take, deps.ports) : [];
  return {
    url: `http://127.0.0.1:${listener.port}`,
    port: listener.port,
    stateOrigin: origin,
    control,
    async close() {
      await Promise.all([listener, ...twitchPorts].map((one) => one.close()));
      await flush();
    },
  };
}
