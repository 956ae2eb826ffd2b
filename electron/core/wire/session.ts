/** One connection of a local program: handshake, then requests and events. */
import {
  LIMITS,
  PROTOCOL_VERSION,
  RPC_ERROR,
  type WireErrorCode,
  type WireEventBody,
  type WireMethod,
} from '../../../shared/protocol.ts';
import { reasonOf } from '../accounts/store.ts';
import type { Bot } from '../bots/bots.ts';
import type { Paired } from '../bots/pairing.ts';
import type { Caller } from '../bots/permits.ts';
import { done, type Fault, failed, fault, type Outcome } from '../fault.ts';
import { parseJson } from '../parse-json.ts';
import { sourceOf, UNKNOWN_SOURCE } from '../peer-source.ts';
import type { Pipe, PipeListener } from '../ports.ts';
import { randomText } from '../random-text.ts';
import { createBrakes } from './brakes.ts';
import type { BridgeParts } from './bridge.ts';
import { createFramer } from './framer.ts';
import { isNonce, isProof, proofOf } from './handshake.ts';
import { createIntake, type Intake } from './intake.ts';
import { createMeter } from './meter.ts';
import { createOutbox } from './outbox.ts';
import type { Place } from './places.ts';
import { isWireMethod, type Params, REQUEST, SCHEMAS } from './schemas.ts';

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
  const brakes = createBrakes(pipe);
  const outbox = createOutbox(pipe, brakes(), end);
  const [frame, gone, inFlight] = [createFramer(), new AbortController(), new Set<Id>()];
  const source = sourceOf(pipe.peer);
  // Programs that can't be told apart have one each: one of them must not get all others refused.
  const unproved = source === UNKNOWN_SOURCE ? createMeter(deps.clock) : parts.meterOf(source);
  const intake = openIntake();
  let stage: Stage = { kind: 'fresh' };
  let cancelDeadline = deps.timers.after(LIMITS.handshakeMs, end);

  function openIntake(): Intake {
    return createIntake({
      pipe: brakes(),
      timers: deps.timers,
      meter: () => (stage.kind === 'known' ? parts.meterOf(stage.caller.bot.keyId) : unproved),
      receive,
      inFlight: () => inFlight.size,
      slowed: () => parts.refusals.slowed(known(), pipe.peer),
      refused: (ms) => refuseAndEnd('rate-limited', TOO_FAST, ms),
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

  const refuse = (id: Id | null, rpcCode: number, trouble: Fault): void => {
    const { message, code, retryable, retryAfterMs, missing } = trouble;
    const data = { code, retryable, ...(retryAfterMs && { retryAfterMs }), ...(missing && { missing }) };
    outbox.answer({ jsonrpc: '2.0', id, error: { code: rpcCode, message, data } });
  };
  const refuseAndEnd = (code: WireErrorCode, message: string, retryAfterMs?: number): void => {
    refuse(null, RPC_ERROR.castkey, fault(code, message, retryAfterMs ? { retryAfterMs } : {}));
    end();
  };

  function hello(params: Params<'hello'>): Outcome<unknown> {
    if (stage.kind !== 'fresh') return failed('bad-request', 'hello comes once, first.');
    if (params.protocol !== PROTOCOL_VERSION) {
      return failed('unsupported-protocol', `This Castkey speaks protocol ${PROTOCOL_VERSION}.`);
    }
    if (!isNonce(params.nonce)) return failed('bad-request', 'A nonce has 16 to 64 bytes.');
    const clientId = parts.clientId();
    if (params.twitchClientId !== undefined && clientId !== null && params.twitchClientId !== clientId) {
      return failed('setup', 'This Castkey works for another Twitch application than the bot expects.');
    }
    const bot = params.keyId === undefined ? null : bots.get(params.keyId);
    if (bot && bot.key === null) return failed('locked', 'Castkey can’t open its store yet; see its window.');
    const nonces = { client: params.nonce, server: randomText(deps.random, 32) };
    stage = { kind: 'met', name: params.client.name, bot, nonces };
    cancelDeadline();
    cancelDeadline = deps.timers.after(LIMITS.handshakeMs, end);
    const proof = bot?.key && proofOf('server', bot.key, nonces.client, nonces.server);
    const server = { name: 'castkey', version: deps.host.version } as const;
    return done({
      protocol: PROTOCOL_VERSION,
      server,
      nonce: nonces.server,
      ...(proof && { proof }),
      paired: bot !== null,
    });
  }

  /** From here on the peer is a known bot. */
  function enter({ bot, once }: Paired): Outcome<Caller> {
    const refusedFor = parts.meterOf(bot.keyId).refusedFor();
    if (refusedFor > 0) return failed('rate-limited', TOO_FAST, { retryAfterMs: refusedFor });
    if (parts.connectionsOf(bot) >= LIMITS.connectionsPerBot) {
      return failed('busy', `A bot may hold ${LIMITS.connectionsPerBot} connections.`);
    }
    cancelDeadline();
    const visit = { bot, facts: pipe.peer, gone: gone.signal, seen: null, looking: null, passes: 0 };
    const caller: Caller = { ...visit, once, released: new Set() };
    parts.programChanges.look(caller, () => pipe.fingerprint());
    stage = { kind: 'known', caller };
    bot.lastSeenAt = deps.clock.now();
    bots.touch();
    parts.changed();
    return done(caller);
  }

  function authenticate({ proof }: Params<'authenticate'>): Outcome<unknown> {
    if (stage.kind !== 'met') return failed('bad-request', 'authenticate comes after hello.');
    const { bot, nonces } = stage;
    if (bot === null) return failed('not-paired', 'Castkey doesn’t know this key; pair first.');
    if (bot.key === null || !isProof(proof, proofOf('client', bot.key, nonces.client, nonces.server))) {
      stage = { kind: 'refused' }; // one try a connection, also for a peer that sent several at once
      parts.refusals.pretender(bot, pipe.peer);
      return failed('bad-proof', 'The proof is wrong.');
    }
    const entered = enter({ bot, once: [] });
    return entered.ok ? done(requests.introduce(entered.value)) : entered;
  }

  async function pair(params: Params<'pair'>): Promise<Outcome<unknown>> {
    if (stage.kind !== 'met') return failed('bad-request', 'pair comes after hello.');
    if (parts.locked()) return failed('locked', 'Castkey is locked; bots can’t be paired now.');
    const met = stage;
    stage = { kind: 'pairing' };
    cancelDeadline();
    const paired = await parts.pair(met.name, pipe, params, gone.signal);
    if (gone.signal.aborted) return failed('internal', 'The connection is gone.'); // nobody hears it
    const entered = paired.ok ? enter(paired.value) : paired;
    if (!paired.ok || !entered.ok) {
      stage = met;
      cancelDeadline = deps.timers.after(LIMITS.handshakeMs, end);
      return entered;
    }
    const { bot } = paired.value;
    return done({ keyId: bot.keyId, key: bot.key?.reveal(), ...requests.introduce(entered.value) });
  }

  async function run(method: WireMethod, params: unknown): Promise<Outcome<unknown>> {
    // The cast is sound: `params` came out of this method's own schema.
    if (method === 'hello') return hello(params as Params<'hello'>);
    if (method === 'authenticate') return authenticate(params as Params<'authenticate'>);
    if (method === 'pair') return pair(params as Params<'pair'>);
    if (stage.kind !== 'known') return failed('not-paired', 'First hello, then authenticate or pair.');
    if (bots.get(stage.caller.bot.keyId) === null)
      return failed('not-paired', 'This bot was removed from Castkey.');
    if (method === 'subscribe') return done({ seq: outbox.subscribe() });
    const answer = requests[method] as (caller: Caller, params: unknown) => Promise<Outcome<unknown>>;
    return answer(stage.caller, params);
  }

  async function answer(id: Id, method: WireMethod, params: unknown): Promise<void> {
    inFlight.add(id);
    const outcome = await run(method, params).catch((error: unknown) => {
      deps.log.error('a request failed', { method, reason: reasonOf(error) });
      return failed('internal', 'Something went wrong in Castkey; its log says what.');
    });
    inFlight.delete(id);
    if (gone.signal.aborted) return;
    if (outcome.ok) return outbox.answer({ jsonrpc: '2.0', id, result: outcome.value });
    refuse(id, RPC_ERROR.castkey, outcome.fault);
    if (outcome.fault.code === 'bad-proof' || outcome.fault.code === 'unsupported-protocol') end();
  }

  function receive(line: string): void {
    const message = parseJson(line);
    if (message === undefined) {
      return refuse(null, RPC_ERROR.parse, fault('bad-request', 'That line is no JSON.'));
    }
    const request = REQUEST.safeParse(message);
    if (!request.success) {
      return refuse(null, RPC_ERROR.invalidRequest, fault('bad-request', 'That is no JSON-RPC 2.0 request.'));
    }
    const { id, method, params = {} } = request.data;
    if (!isWireMethod(method)) {
      return refuse(id, RPC_ERROR.methodNotFound, fault('bad-request', 'There is no such method.'));
    }
    if (inFlight.has(id)) {
      return refuse(id, RPC_ERROR.invalidRequest, fault('bad-request', 'That id is in use.'));
    }
    if (inFlight.size >= LIMITS.requestsInFlight) {
      return refuse(id, RPC_ERROR.castkey, fault('busy', 'Too many requests wait on this connection.'));
    }
    const checked = SCHEMAS[method].safeParse(params);
    if (!checked.success) {
      const [issue] = checked.error.issues;
      const text = issue ? `${issue.path.join('.') || 'params'}: ${issue.message}` : 'wrong parameters';
      return refuse(id, RPC_ERROR.invalidParams, fault('bad-request', text.slice(0, 200)));
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
        if (framed.kind === 'too-large') return refuseAndEnd('too-large', 'A line has 64 KiB at most.');
        if (framed.kind === 'not-utf8') return refuseAndEnd('bad-request', 'Lines are UTF-8.');
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
      giveWay: () => refuseAndEnd('busy', 'Castkey needs this connection’s place for somebody else.'),
      stop() {
        for (const id of inFlight)
          refuse(id, RPC_ERROR.castkey, fault('shutting-down', 'Castkey is closing.'));
        end();
      },
    };
  }

  return outside();
}

const STANDING = { fresh: 'new', met: 'new', refused: 'new', pairing: 'asking', known: 'known' } as const;
const TOO_FAST = 'This bot sent far more than Castkey takes; it is refused for a while.';
