/** One connection of a local program: handshake, then requests and events. */
import {
  LIMITS,
  PROTOCOL_VERSION,
  RPC_ERROR,
  type WireEventBody,
  type WireMethod,
} from '../../../shared/protocol.ts';
import type { Caller } from '../bots/authorizer.ts';
import type { Bot } from '../bots/bots.ts';
import type { Paired } from '../bots/pairing.ts';
import { programOf, UNKNOWN_PROGRAM } from '../bots/peer.ts';
import { parseJson } from '../parse-json.ts';
import type { Pipe, PipeListener } from '../ports.ts';
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
import type { BridgeParts } from './connections.ts';
import { errorReply } from './error-reply.ts';
import type { Place } from './eviction.ts';
import { createFlowControl } from './flow-control.ts';
import { createFramer } from './framer.ts';
import { isNonce, isProof, proofOf } from './handshake.ts';
import { createInboundQueue, type InboundQueue } from './inbound-queue.ts';
import { createOutbox } from './outbox.ts';
import { isWireMethod, type Params, REQUEST, SCHEMAS } from './schemas.ts';
import { createTokenBucket } from './token-bucket.ts';

type Stage =
  | { kind: 'fresh' }
  | { kind: 'met'; name: string; bot: Bot | null; nonces: { client: string; server: string } }
  | { kind: 'pairing' }
  /** Gave a wrong proof; about to be hung up on. */
  | { kind: 'refused' }
  | { kind: 'known'; caller: Caller };
type Id = number | string;

/** What the bridge may do to a session. */
export interface Session extends PipeListener, Place {
  /** The bot at the other end, once it has proved who it is. */
  bot(): Bot | null;
  event(body: WireEventBody, only: string | null): void;
  /** Answers nothing more. */
  end(): void;
  /** Says that somebody else needs its place, then ends. */
  giveWay(): void;
  /** Tells everybody who waits that Castkey is closing, then ends. */
  stop(): void;
}

/** `ended` is called once, when the connection is over for whatever reason. */
export function createSession(pipe: Pipe, parts: BridgeParts, ended: () => void): Session {
  const { deps, bots, requests } = parts;
  const brakes = createFlowControl(pipe);
  const outbox = createOutbox(pipe, brakes(), end);
  const [frame, gone, inFlight] = [createFramer(), new AbortController(), new Set<Id>()];
  const source = programOf(pipe.peer);
  // Programs that can't be told apart have one each: one of them must not get all others refused.
  const unproved = source === UNKNOWN_PROGRAM ? createTokenBucket(deps.clock) : parts.bucketOf(source);
  const intake = openIntake();
  let stage: Stage = { kind: 'fresh' };
  let cancelDeadline = deps.timers.after(LIMITS.handshakeMs, end);

  function openIntake(): InboundQueue {
    return createInboundQueue({
      pipe: brakes(),
      timers: deps.timers,
      meter: () => (stage.kind === 'known' ? parts.bucketOf(stage.caller.bot.keyId) : unproved),
      receive,
      inFlight: () => inFlight.size,
      slowed: () => parts.refusals.slowed(known(), pipe.peer),
      refused: (ms) => refuseAndEnd(sentTooFast(ms)),
    });
  }
  const known = (): Bot | null => (stage.kind === 'known' ? stage.caller.bot : null);

  function end(): void {
    if (gone.signal.aborted) return;
    gone.abort();
    cancelDeadline();
    intake.stop();
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
    if (stage.kind !== 'fresh') return badRequest('hello comes once, first.');
    if (params.protocol !== PROTOCOL_VERSION) return unsupportedProtocol(PROTOCOL_VERSION);
    if (!isNonce(params.nonce)) return badRequest('A nonce has 16 to 64 bytes.');
    const clientId = parts.clientId();
    if (params.twitchClientId !== undefined && clientId !== null && params.twitchClientId !== clientId) {
      return otherApplication();
    }
    const bot = params.keyId === undefined ? null : bots.get(params.keyId);
    if (bot && bot.key === null) return storeSealed();
    const nonces = { client: params.nonce, server: randomText(deps.random, 32) };
    stage = { kind: 'met', name: params.client.name, bot, nonces };
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
  function enter({ bot, once }: Paired): Result<Caller> {
    const refusedFor = parts.bucketOf(bot.keyId).refusedFor();
    if (refusedFor > 0) return sentTooFast(refusedFor);
    if (parts.connectionsOf(bot) >= LIMITS.connectionsPerBot)
      return connectionsTaken(LIMITS.connectionsPerBot);
    cancelDeadline();
    const visit = { bot, facts: pipe.peer, gone: gone.signal, seen: null, looking: null, passes: 0 };
    const caller: Caller = { ...visit, once, released: new Set() };
    parts.programChanges.look(caller, () => pipe.fingerprint());
    stage = { kind: 'known', caller };
    bot.lastSeenAt = deps.clock.now();
    bots.touch();
    parts.changed();
    return success(caller);
  }

  function authenticate({ proof }: Params<'authenticate'>): Result<unknown> {
    if (stage.kind !== 'met') return badRequest('authenticate comes after hello.');
    const { bot, nonces } = stage;
    if (bot === null) return keyUnknown();
    if (bot.key === null || !isProof(proof, proofOf('client', bot.key, nonces.client, nonces.server))) {
      stage = { kind: 'refused' }; // one try a connection, also for a peer that sent several at once
      parts.refusals.pretender(bot, pipe.peer);
      return badProof();
    }
    const entered = enter({ bot, once: [] });
    return entered.ok ? success(requests.introduce(entered.value)) : entered;
  }

  async function pair(params: Params<'pair'>): Promise<Result<unknown>> {
    if (stage.kind !== 'met') return badRequest('pair comes after hello.');
    if (parts.locked()) return pairingLocked();
    const met = stage;
    stage = { kind: 'pairing' };
    cancelDeadline();
    const paired = await parts.pair(met.name, pipe, params, gone.signal);
    if (gone.signal.aborted) return connectionGone(); // nobody hears it
    const entered = paired.ok ? enter(paired.value) : paired;
    if (!paired.ok || !entered.ok) {
      stage = met;
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
    if (stage.kind !== 'known') return notAuthenticated();
    if (bots.get(stage.caller.bot.keyId) === null) return botRemoved();
    if (method === 'subscribe') return success({ seq: outbox.subscribe() });
    const answer = requests[method] as (caller: Caller, params: unknown) => Promise<Result<unknown>>;
    return answer(stage.caller, params);
  }

  async function answer(id: Id, method: WireMethod, params: unknown): Promise<void> {
    inFlight.add(id);
    const outcome = await run(method, params).catch((error: unknown) => {
      deps.log.error('a request failed', { method, reason: reasonOf(error) });
      return internalError();
    });
    inFlight.delete(id);
    if (gone.signal.aborted) return;
    if (outcome.ok) return outbox.answer({ jsonrpc: '2.0', id, result: outcome.value });
    refuse(id, outcome);
    if (outcome.error.code === 'bad-proof' || outcome.error.code === 'unsupported-protocol') end();
  }

  function receive(line: string): void {
    const message = parseJson(line);
    if (message === undefined) {
      return refuse(null, badRequest('That line is no JSON.'), RPC_ERROR.parse);
    }
    const request = REQUEST.safeParse(message);
    if (!request.success) {
      return refuse(null, badRequest('That is no JSON-RPC 2.0 request.'), RPC_ERROR.invalidRequest);
    }
    const { id, method, params = {} } = request.data;
    if (!isWireMethod(method)) {
      return refuse(id, badRequest('There is no such method.'), RPC_ERROR.methodNotFound);
    }
    if (inFlight.has(id)) {
      return refuse(id, badRequest('That id is in use.'), RPC_ERROR.invalidRequest);
    }
    if (inFlight.size >= LIMITS.requestsInFlight) {
      return refuse(id, requestsTaken());
    }
    const checked = SCHEMAS[method].safeParse(params);
    if (!checked.success) {
      const [issue] = checked.error.issues;
      const text = issue ? `${issue.path.join('./') || 'params'}: ${issue.message}` : 'wrong parameters';
      return refuse(id, badRequest(text.slice(0, 200)), RPC_ERROR.invalidParams);
    }
    void answer(id, method, checked.data);
  }

  /** What the bridge and the pipe see of it. */
  function outside(): Session {
    return {
      source,
      standing: () => STANDING[stage.kind],
      bot: known,
      data(chunk) {
        if (gone.signal.aborted) return;
        const framed = frame(chunk);
        if (framed.kind === 'too-large') return refuseAndEnd(lineTooLong());
        if (framed.kind === 'not-utf8') return refuseAndEnd(badRequest('Lines are UTF-8.'));
        intake.take(framed.lines);
      },
      drained: () => outbox.drained(),
      closed: end,
      event(body, only) {
        if (stage.kind !== 'known' || (only !== null && only !== stage.caller.bot.keyId)) return;
        if (parts.concerns(stage.caller, body)) outbox.event(body);
        if (body.type === 'grant.revoked' && body.userId) stage.caller.released.delete(body.userId);
      },
      end,
      giveWay: () => refuseAndEnd(connectionEvicted()),
      stop() {
        for (const id of inFlight) refuse(id, shuttingDown());
        end();
      },
    };
  }

  return outside();
}

const STANDING = { fresh: 'new', met: 'new', refused: 'new', pairing: 'asking', known: 'known' } as const;
