import type { CallErrorCode, CallResult } from '../../../shared/ipc.ts';

type Answer = CallResult<unknown>;

/** A stand-in for `window.castkey`: says yes to everything, remembers what was asked, can push. */
export interface FakePreloadApi<V> {
  /** Every call but the reading one: its name and argument, in order. */
  calls: { name: string; arg: unknown }[];
  /** Makes one call fail from now on. */
  refuse: (name: string, message: string, code?: CallErrorCode) => void;
  /** Makes one call answer with a value from now on. */
  answer: (name: string, value: unknown) => void;
  /** Makes one call answer with what this makes of its argument. */
  answerWith: (name: string, make: (arg: unknown) => unknown) => void;
  push: (view: V | null) => void;
  source: {
    read: () => Promise<CallResult<V | null>>;
    onState: (listener: (view: V | null) => void) => () => void;
  };
}

/** Puts a fake api on the page, its reading call answering with `state`. */
export function fakePreloadApi<V>(state: V | null): FakePreloadApi<V> {
  const calls: FakePreloadApi<V>['calls'] = [];
  const refusals = new Map<string, { code: CallErrorCode; message: string }>();
  const values = new Map<string, (arg: unknown) => unknown>();
  const listeners = new Set<(view: V | null) => void>();
  const call =
    (name: string) =>
    async (arg?: unknown): Promise<Answer> => {
      calls.push({ name, arg });
      const refusal = refusals.get(name);
      return refusal === undefined
        ? { ok: true, value: await values.get(name)?.(arg) }
        : { ok: false, error: refusal };
    };
  const onState = (listener: (view: V | null) => void) => {
    listeners.add(listener);
    return () => void listeners.delete(listener);
  };
  const castkey = new Proxy(
    {},
    { get: (_target, name) => (name === 'onState' ? onState : call(String(name))) },
  );
  Object.assign(globalThis, { castkey });
  return {
    calls,
    refuse: (name, message, code = 'refused') => void refusals.set(name, { code, message }),
    answer: (name, value) => {
      refusals.delete(name);
      values.set(name, () => value);
    },
    answerWith: (name, make) => void values.set(name, make),
    push: (view) => {
      for (const listener of listeners) listener(view);
    },
    source: { read: async () => ({ ok: true, value: state }), onState },
  };
}
