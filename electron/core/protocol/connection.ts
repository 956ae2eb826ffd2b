/** One connection of a local program: handshake, then requests and events. */

import { parseJson } from '../../../shared/parse-json.ts';
import { type BotState, LIMITS, RPC_ERROR, type WireMethod } from '../../../shared/protocol.ts';
import type { Bot } from '../bots/bot.ts';
import { programOf, UNKNOWN_PROGRAM } from '../bots/peer.ts';
import type { Audience, VaultEvent } from '../events.ts';
import type { Deps, Pipe, PipeListener } from '../ports.ts';
import {
  badParams,
  botRemoved,
  type Failed,
  internalError,
  type Result,
  reasonOf,
  shuttingDown,
  success,
} from '../result.ts';
import { type AuthenticationServices, createAuthentication } from './authentication.ts';
import { type BotStateServices, isFor, userOf } from './bot-state.ts';
import { createBotView } from './bot-view.ts';
import { errorReply } from './error-reply.ts';
import type { EvictionCandidate } from './eviction.ts';
import {
  connectionEvicted,
  lineTooLong,
  notAuthenticated,
  notJson,
  notJsonRpc,
  notUtf8,
  requestIdInUse,
  requestsTaken,
  sentTooFast,
  unknownMethod,
} from './failures.ts';
import { createFlowControl } from './flow-control.ts';
import { createFramer } from './framer.ts';
import { createInboundQueue, type InboundQueue } from './inbound-queue.ts';
import { createOutbox } from './outbox.ts';
import type { RequestHandler } from './requests.ts';
import { isWireMethod, type Params, REQUEST, SCHEMAS } from './schemas.ts';
import type { Hearer } from './splay.ts';
import { createTokenBucket } from './token-bucket.ts';

/** What a connection needs of the vault. */
export interface ConnectionServices extends AuthenticationServices, BotStateServices {
  deps: AuthenticationServices['deps'] & Pick<Deps, 'log'>;
}

type Id = number | string;

/** What can be done to a connection from outside. */
export interface Connection extends PipeListener, EvictionCandidate, Hearer {
  /** The bot at the other end, once it has proved who it is. */
  bot(): Bot | null;
  /** Passes on what the bot may know, if it is for this bot. */
  event(event: VaultEvent, audience: Audience): void;
  /** Answers nothing more. */
  end(): void;
  /** Says that somebody else needs its place, then ends. */
  evict(): void;
  /** Tells everybody who waits that Castkey is closing, then ends. */
  stop(): void;
}

/** `ended` is called once, when the connection is over for whatever reason. */
export function createConnection(pipe: Pipe, services: ConnectionServices, ended: () => void): Connection {
  const { deps, alerts, bots, requests } = services;
  const pauseHandle = createFlowControl(pipe);
  const view = createBotView(services);
  const outbox = createOutbox(pipe, pauseHandle(), { overflowed: end, state: tellState });
  const [frame, gone, inFlight] = [createFramer(), new AbortController(), new Set<Id>()];
  const program = programOf(pipe.peer);
  // Programs that can't be told apart have one each: one of them must not get all others blocked.
  const unproved = program === UNKNOWN_PROGRAM ? createTokenBucket(deps.clock) : services.bucketOf(program);
  const inbound = openInbound();
  const authentication = createAuthentication(pipe, services, gone.signal, end);

  function openInbound(): InboundQueue {
    return createInboundQueue({
      pipe: pauseHandle(),
      timers: deps.timers,
      bucket() {
        const bot = authenticatedBot();
        return bot === null ? unproved : services.bucketOf(bot.keyId);
      },
      receive,
      inFlight: () => inFlight.size,
      throttled: () => alerts.throttled(authenticatedBot(), pipe.peer),
      blocked: (ms) => refuseAndEnd(sentTooFast(ms)),
    });
  }
  const authenticatedBot = (): Bot | null => authentication.connection()?.bot ?? null;

  function tellState(): BotState[] {
    const connection = authentication.connection();
    return connection === null ? [] : view.state(connection);
  }

  function end(): void {
    if (gone.signal.aborted) return;
    gone.abort();
    authentication.stop();
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

  async function run(method: WireMethod, params: unknown): Promise<Result<unknown>> {
    // The cast is sound: `params` came out of this method's own schema.
    if (method === 'hello') return authentication.hello(params as Params<'hello'>);
    if (method === 'authenticate') return authentication.authenticate(params as Params<'authenticate'>);
    if (method === 'pair') return authentication.pair(params as Params<'pair'>);
    const connection = authentication.connection();
    if (connection === null) return notAuthenticated();
    if (bots.get(connection.bot.keyId) === null) return botRemoved();
    if (method === 'subscribe') return success(undefined); // answered by the outbox, with what is so by then
    return (requests[method] as RequestHandler)(connection, params);
  }

  async function answer(id: Id, method: WireMethod, params: unknown): Promise<void> {
    inFlight.add(id);
    const result = await run(method, params).catch((error: unknown) => {
      deps.log.error('a request failed', { method, reason: reasonOf(error) });
      return internalError();
    });
    inFlight.delete(id);
    if (gone.signal.aborted) return;
    if (result.ok && method === 'subscribe') return outbox.subscribe(id);
    if (result.ok) return outbox.answer({ jsonrpc: '2.0', id, result: result.value });
    refuse(id, result);
    if (result.error.code === 'bad-proof' || result.error.code === 'unsupported-protocol') end();
  }

  function receive(line: string): void {
    const message = parseJson(line);
    if (message === undefined) return refuse(null, notJson(), RPC_ERROR.parse);
    const request = REQUEST.safeParse(message);
    if (!request.success) return refuse(null, notJsonRpc(), RPC_ERROR.invalidRequest);
    const { id, method, params = {} } = request.data;
    if (!isWireMethod(method)) return refuse(id, unknownMethod(), RPC_ERROR.methodNotFound);
    if (inFlight.has(id)) return refuse(id, requestIdInUse(), RPC_ERROR.invalidRequest);
    if (inFlight.size >= LIMITS.requestsInFlight) return refuse(id, requestsTaken());
    const checked = SCHEMAS[method].safeParse(params);
    if (!checked.success) {
      const [issue] = checked.error.issues;
      const text = issue ? `${issue.path.join('.') || 'params'}: ${issue.message}` : 'wrong parameters';
      return refuse(id, badParams(text.slice(0, 200)), RPC_ERROR.invalidParams);
    }
    void answer(id, method, checked.data);
  }

  /** What others see of it. */
  function outside(): Connection {
    return {
      program,
      stage: authentication.stage,
      bot: authenticatedBot,
      data(chunk) {
        if (gone.signal.aborted) return;
        const framed = frame(chunk);
        if (framed.kind === 'too-large') return refuseAndEnd(lineTooLong());
        if (framed.kind === 'not-utf8') return refuseAndEnd(notUtf8());
        inbound.push(framed.lines);
      },
      drained: () => outbox.drained(),
      closed: end,
      hears(userId) {
        const connection = outbox.isSubscribed() ? authentication.connection() : null;
        return connection !== null && userOf(services, connection, userId) !== null;
      },
      event(event, audience) {
        const connection = authentication.connection();
        if (connection === null || !isFor(services, connection, audience)) return;
        const isOver = event.type === 'grant.revoked' || event.type === 'account.removed';
        if (isOver && event.userId) connection.issued.delete(event.userId);
        if (outbox.isSubscribed()) for (const body of view.event(connection, event)) outbox.event(body);
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
