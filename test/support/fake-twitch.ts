import type { Http, HttpReply, HttpRequest } from '../../electron/core/ports.ts';
import type { TwitchEnvironment } from '../../shared/twitch-environment.ts';
import { ENDPOINTS, type Kind, kindOf } from './fake-twitch-endpoints.ts';
import { createTwitchState, type DeviceRow, type TwitchState } from './fake-twitch-state.ts';
import type { Fault } from './twitch-replies.ts';

/** A Twitch in memory behind the Http port: real enough that only what it says can be known of it. */
export interface FakeTwitch {
  http: Http;
  environment: TwitchEnvironment;
  state: TwitchState;
  /** `status` is 0 until there is an answer, and when there is none. */
  requests: { kind: Kind; url: string; fields: URLSearchParams; status: number }[];
  count(kind: Kind): number;
  /** The next requests of the kind go wrong so, one each. */
  next(kind: Kind, ...faults: Fault[]): void;
  /** What was to go wrong next no longer does. */
  clearFaults(): void;
  /** All requests of the kind go wrong so, until called with null. */
  always(kind: Kind, fault: Fault | null): void;
  /** Requests of the kind wait for an answer until the returned function is called. */
  hold(kind: Kind): () => void;
  /** Somebody types the newest device code in and decides. */
  decide(as: string | 'deny', scopes?: string[]): void;
  /** Somebody agrees on the consent page at this address; where Twitch sends the browser then. */
  consent(url: string, userId: string, scopes?: string[]): string;
  /** All tokens of the user that are of this kind die, or those for one application. */
  kill(what: 'access' | 'refresh', userId: string, clientId?: string): void;
  newestDevice(): DeviceRow;
}

/** `now` is the time at Twitch, which nobody here can set. */
export function createFakeTwitch(now: () => number): FakeTwitch {
  const state = createTwitchState(now);
  const nexts = new Map<Kind, Fault[]>();
  const lasting = new Map<Kind, Fault>();
  const holds = new Map<Kind, Promise<void>>();
  const requests: FakeTwitch['requests'] = [];

  const http: Http = async (request: HttpRequest): Promise<HttpReply> => {
    const kind = kindOf(request);
    const fields = new URLSearchParams(request.body);
    const entry = { kind, url: request.url, fields, status: 0 };
    requests.push(entry);
    const real = (): HttpReply => ENDPOINTS[kind](state, now(), (name) => fields.get(name) ?? '', request);
    const fault = nexts.get(kind)?.shift() ?? lasting.get(kind);
    const reply = fault ? fault(real) : real();
    await holds.get(kind);
    if (reply.kind === 'answer') entry.status = reply.status;
    return reply;
  };
  const newestDevice = (): DeviceRow => {
    const row = [...state.devices.values()].at(-1);
    if (row === undefined) throw new Error('no device code was asked for');
    return row;
  };

  return {
    http,
    environment: {
      identity: 'https://id.twitch.tv/oauth2',
      helix: 'https://api.twitch.tv/helix',
      pictures: ['https://static-cdn.jtvnw.net'],
      origins: ['https://id.twitch.tv'],
      standIn: null,
    },
    state,
    requests,
    count: (kind) => requests.filter((request) => request.kind === kind).length,
    next: (kind, ...faults) => void nexts.set(kind, [...(nexts.get(kind) ?? []), ...faults]),
    clearFaults() {
      nexts.clear();
      lasting.clear();
    },
    always: (kind, fault) => void (fault ? lasting.set(kind, fault) : lasting.delete(kind)),
    hold(kind) {
      let open = (): void => undefined;
      holds.set(
        kind,
        new Promise((resolve) => {
          open = () => {
            holds.delete(kind);
            resolve();
          };
        }),
      );
      return () => open();
    },
    decide(as, scopes) {
      const row = newestDevice();
      row.state =
        as === 'deny' ? 'denied' : { clientId: row.clientId, userId: as, scopes: scopes ?? row.scopes };
    },
    consent(url, userId, scopes) {
      const query = new URL(url).searchParams;
      const code = state.secret('code');
      const asked = (query.get('scope') ?? '').split(' ').filter(Boolean);
      state.codes.set(code, { clientId: query.get('client_id') ?? '', userId, scopes: scopes ?? asked });
      return `${query.get('redirect_uri')}?${new URLSearchParams({ code, state: query.get('state') ?? '' })}`;
    },
    kill(what, userId, clientId) {
      for (const row of state[what].values())
        if (row.userId === userId && row.clientId === (clientId ?? row.clientId)) row.dead = true;
    },
    newestDevice,
  };
}
