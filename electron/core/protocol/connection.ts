/** One connection of a local program: handshake, then requests and events. */

import { parseJson } from '../../../shared/parse-json.ts';
import {
  LIMITS,
  PROTOCOL_VERSION,
  RPC_ERROR,
  type WireEventBody,
  type WireMethod,
} from '../../../shared/protocol.ts';
import type { BotConnection } from '../bots/bot-connection.ts';
import type { Bot, Bots } from '../bots/bots.ts';
import type { Pair, Paired } from '../bots/pairing.ts';
import { programOf, UNKNOWN_PROGRAM } from '../bots/peer.ts';
import type { ProgramMonitor } from '../bots/program-monitor.ts';
import type { Deps, Pipe, PipeListener } from '../ports.ts';
import { randomText } from '../random-text.ts';
import {
  badProof,
  badRequest,
  botRemoved,
  connectionEvicted,
  connectionGone,
  connectionsTaken,
  type Failed,
  internalError,
  keyUnknown,
  lineTooLong,
  notAuthenticated,
  otherApplication,
  pairingLocked,
  type Result,
  reasonOf,
  requestsTaken,
  sentTooFast,
  shuttingDown,
  storeSealed,
  success,
  unsupportedProtocol,
} from '../result.ts';
import { sameText } from '../secret.ts';
import type { ConnectionAlerts } from './connection-alerts.ts';
import { errorReply } from './error-reply.ts';
import type { EvictionCandidate } from './eviction.ts';
import { createFlowControl } from './flow-control.ts';
import { createFramer } from './framer.ts';
import { isNonce, proofOf } from './handshake.ts';
import { createInboundQueue, type InboundQueue } from './inbound-queue.ts';
import { createOutbox } from './outbox.ts';
import type { Answer, Requests } from './requests.ts';
import { isWireMethod, type Params, REQUEST, SCHEMAS } from './schemas.ts';
import { createTokenBucket, type TokenBucket } from './token-bucket.ts';

/** What a connection needs of the vault. */
export interface ConnectionDeps {
  deps: Pick<Deps, 'clock' | 'timers' | 'random' | 'log' | 'host'>;
  alerts: ConnectionAlerts;
  bots: Bots;
  programMonitor: ProgramMonitor;
  requests: Requests;
  /** By the key of a bot, or by the program of a peer that has not proved one. */
  bucketOf(whose: string): TokenBucket;
  pair: Pair;
  clientId(): string | null;
  isLocked(): boolean;
  connectionsOf(bot: Bot): number;
  /** Whether a bot hears of an event: only what concerns accounts it may see. */
  concerns(connection: BotConnection, body: WireEventBody): boolean;
  changed(): void;
}

type Stage =
  | { kind: 'new' }
  | { kind: 'greeted'; name: string; bot: Bot | null; nonces: { client: string; server: string } }
  | { kind: 'pairing' }
  /** Gave a wrong proof; about to be hung up on. */
  | { kind: 'rejected' }
  | { kind: 'authenticated'; connection: BotConnection };
type Id = number | string;

/** What can be done to a connection from outside. */
export interface Connection extends PipeListener, EvictionCandidate {
  /** The bot at the other end, once it has proved who it is. */
  bot(): Bot | null;
  /** `only`: the pairing key of the one bot it is for; null for every bot it concerns. */
  event(body: WireEventBody, only: string | null): void;
  /** Answers nothing more. */
  end(): void;
  /** Says that somebody else needs its place, then ends. */
  evict(): void;
  /** Tells everybody who waits that Castkey is closing, then ends. */
  stop(): void;
}

/** `ended` is called once, when the connection is over for whatever reason. */
export function createConnection(pipe: Pipe, services: ConnectionDeps, ended: () => void): Connection {
  const { deps, alerts, bots, requests } = services;
  const pauseHandle = createFlowControl(pipe);
  const outbox = createOutbox(pipe, pauseHandle(), end);
  const [frame, gone, inFlight] = [createFramer(), new AbortController(), new Set<Id>()];
  const program = programOf(pipe.peer);
  // Programs that can't be told apart have one each: one of them must not get all others blocked.
  const unproved = program === UNKNOWN_PROGRAM ? createTokenBucket(deps.clock) : services.bucketOf(program);
  const inbound = openInbound();
  let stage: Stage = { kind: 'new' };
  let cancelDeadline = deps.timers.after(LIMITS.handshakeMs, end);

  function openInbound(): InboundQueue {
    return createInboundQueue({
      pipe: pauseHandle(),
      timers: deps.timers,
      bucket: () =>
        stage.kind === 'authenticated' ? services.bucketOf(stage.connection.bot.keyId) : unproved,
      receive,
      inFlight: () => inFlight.size,
      throttled: () => alerts.throttled(authenticatedBot(), pipe.peer),
      blocked: (ms) => refuseAndEnd(sentTooFast(ms)),
    });
  }
  const authenticatedBot = (): Bot | null => (stage.kind === 'authenticated' ? stage.connection.bot : null);

  function end(): void {
    if (gone.signal.aborted) return;
    gone.abort();
    cancelDeadline();
    inbound.stop();
    pipe.close();
    ended();
  }

  const refuse = (id: Id | null, { error }: Failed, rpcCode?: number): void =>
    outbox.answer(errorReply(id, error, rpcCode));
  const refuseAndEnd = (why: Failed): void => {
    refuse(null, why);
    end();
  };

  function hello(params: Params<'hello'>): Result<unknown> {
    if (stage.kind !== 'new') return badRequest('hello comes once, first.');
    if (params.protocol !== PROTOCOL_VERSION) return unsupportedProtocol(PROTOCOL_VERSION);
    if (!isNonce(params.nonce)) return badRequest('A nonce has 16 to 64 bytes.');
    const clientId = services.clientId();
    if (params.twitchClientId !== undefined && clientId !== null && params.twitchClientId !== clientId)
      return otherApplication();
    const bot = params.keyId === undefined ? null : bots.get(params.keyId);
    if (bot && bot.key === null) return storeSealed();
    const nonces = { client: params.nonce, server: randomText(deps.random, 32) };
    stage = { kind: 'greeted', name: params.client.name, bot, nonces };
    cancelDeadline();
    cancelDeadline = deps.timers.after(LIMITS.handshakeMs, end);
    const proof = bot?.key && proofOf('server', bot.key, nonces.client, nonces.server);
    const server = { name: 'castkey', version: deps.host.version } as const;
    return success({
      protocol: PROTOCOL_VERSION,
      server,
      nonce: nonces.server,
      ...(proof && { proof }),
      paired: bot !== null,
    });
  }

  /** From here on the peer is a known bot. */
  function enter({ bot, once }: Paired): Result<BotConnection> {
    const blockedFor = services.bucketOf(bot.keyId).blockedFor();
    if (blockedFor > 0) return sentTooFast(blockedFor);
    if (services.connectionsOf(bot) >= LIMITS.connectionsPerBot)
      return connectionsTaken(LIMITS.connectionsPerBot);
    cancelDeadline();
    const unseen = { seen: null, looking: null, onceAllowed: 0, issued: new Set<string>() };
    const connection: BotConnection = { bot, peer: pipe.peer, gone: gone.signal, once, ...unseen };
    services.programMonitor.look(connection, () => pipe.fingerprint());
    stage = { kind: 'authenticated', connection };
    bot.lastSeenAt = deps.clock.now();
    bots.saveSoon();
    services.changed();
    return success(connection);
  }

  function authenticate({ proof }: Params<'authenticate'>): Result<unknown> {
    if (stage.kind !== 'greeted') return badRequest('authenticate comes after hello.');
    const { bot, nonces } = stage;
    if (bot === null) return keyUnknown();
    if (bot.key === null || !sameText(proof, proofOf('client', bot.key, nonces.client, nonces.server))) {
      stage = { kind: 'rejected' }; // one try a connection, also for a peer that sent several at once
      alerts.failedProof(bot, pipe.peer);
      return badProof();
    }
    const entered = enter({ bot, once: [] });
    return entered.ok ? success(requests.introduce(entered.value)) : entered;
  }

  async function pair(params: Params<'pair'>): Promise<Result<unknown>> {
    if (stage.kind !== 'greeted') return badRequest('pair comes after hello.');
    if (services.isLocked()) return pairingLocked();
    const greeted = stage;
    stage = { kind: 'pairing' };
    cancelDeadline();
    const paired = await services.pair({ ...params, name: greeted.name }, pipe, gone.signal);
    if (gone.signal.aborted) return connectionGone(); // nobody hears it
    const entered = paired.ok ? enter(paired.value) : paired;
    if (!paired.ok || !entered.ok) {
      stage = greeted;
      cancelDeadline = deps.timers.after(LIMITS.handshakeMs, end);
      return entered;
    }
    const { bot } = paired.value;
    return success({ keyId: bot.keyId, key: bot.key?.reveal(), ...requests.introduce(entered.value) });
  }

  async function run(method: WireMethod, params: unknown): Promise<Result<unknown>> {
    // The cast is sound: `params` came out of this method's own schema.
    if (method === 'hello') return hello(params as Params<'hello'>);
    if (method === 'authenticate') return authenticate(params as Params<'authenticate'>);
    if (method === 'pair') return pair(params as Params<'pair'>);
    if (stage.kind !== 'authenticated') return notAuthenticated();
    if (bots.get(stage.connection.bot.keyId) === null) return botRemoved();
    if (method === 'subscribe') return success({ seq: outbox.subscribe() });
    return (requests[method] as Answer)(stage.connection, params);
  }

  async function answer(id: Id, method: WireMethod, params: unknown): Promise<void> {
    inFlight.add(id);
    const result = await run(method, params).catch((error: unknown) => {
      deps.log.error('a request failed', { method, reason: reasonOf(error) });
      return internalError();
    });
    inFlight.delete(id);
    if (gone.signal.aborted) return;
    if (result.ok) return outbox.answer({ jsonrpc: '2.0', id, result: result.value });
    refuse(id, result);
    if (result.error.code === 'bad-proof' || result.error.code === 'unsupported-protocol') end();
  }

  function receive(line: string): void {
    const message = parseJson(line);
    if (message === undefined) return refuse(null, badRequest('That line is no JSON.'), RPC_ERROR.parse);
    const request = REQUEST.safeParse(message);
    if (!request.success)
      return refuse(null, badRequest('That is no JSON-RPC 2.0 request.'), RPC_ERROR.invalidRequest);
    const { id, method, params = {} } = request.data;
    if (!isWireMethod(method))
      return refuse(id, badRequest('There is no such method.'), RPC_ERROR.methodNotFound);
    if (inFlight.has(id)) return refuse(id, badRequest('That id is in use.'), RPC_ERROR.invalidRequest);
    if (inFlight.size >= LIMITS.requestsInFlight) return refuse(id, requestsTaken());
    const checked = SCHEMAS[method].safeParse(params);
    if (!checked.success) {
      const [issue] = checked.error.issues;
      const text = issue ? `${issue.path.join('.') || 'params'}: ${issue.message}` : 'wrong parameters';
      return refuse(id, badRequest(text.slice(0, 200)), RPC_ERROR.invalidParams);
    }
    void answer(id, method, checked.data);
  }

  /** What others see of it. */
  function outside(): Connection {
    return {
      program,
      standing: () => STANDING[stage.kind],
      bot: authenticatedBot,
      data(chunk) {
        if (gone.signal.aborted) return;
        const framed = frame(chunk);
        if (framed.kind === 'too-large') return refuseAndEnd(lineTooLong());
        if (framed.kind === 'not-utf8') return refuseAndEnd(badRequest('Lines are UTF-8.'));
        inbound.push(framed.lines);
      },
      drained: () => outbox.drained(),
      closed: end,
      event(body, only) {
        if (stage.kind !== 'authenticated') return;
        const { connection } = stage;
        if (only !== null && only !== connection.bot.keyId) return;
        if (services.concerns(connection, body)) outbox.event(body);
        if (body.type === 'grant.revoked' && body.userId) connection.issued.delete(body.userId);
      },
      end,
      evict: () => refuseAndEnd(connectionEvicted()),
      stop() {
        for (const id of inFlight) refuse(id, shuttingDown());
        end();
      },
    };
  }

  return outside();
}

const STANDING = {
  new: 'new',
  greeted: 'new',
  rejected: 'new',
  pairing: 'pairing',
  authenticated: 'authenticated',
} as const;
