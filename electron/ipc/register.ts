import type { ZodType } from 'zod';
import {
  CALLS,
  type CallArg,
  type CallErrorCode,
  type CallResult,
  type CallValue,
  type WindowCalls,
  type WindowRole,
} from '../../shared/ipc.ts';
import { callChannel } from './channels.ts';
import type { Caller } from './guard.ts';

/** The part of Electron's `ipcMain` that is used. */
export interface IpcHost {
  handle(channel: string, listener: (caller: Caller, ...args: unknown[]) => Promise<unknown>): void;
}

/** How one call is answered: what its argument must look like, and what then happens. */
export interface Handler<F> {
  check: ZodType<CallArg<F>>;
  run(arg: CallArg<F>): CallResult<CallValue<F>> | Promise<CallResult<CallValue<F>>>;
}
/** A handler for each call of a window; a missing one fails to compile. */
export type Handlers<R extends WindowRole> = { [C in keyof WindowCalls[R]]: Handler<WindowCalls[R][C]> };

/** Which calls to make answerable, and for whom. */
export interface Registration<R extends WindowRole> {
  host: IpcHost;
  role: R;
  /** Whether the caller is the window that has the role. */
  trusted(caller: Caller): boolean;
  handlers: Handlers<R>;
  /** Hears of refused callers and of bugs; never of what was sent. */
  log(problem: string, facts: Record<string, unknown>): void;
}

/** What every handler looks like once its argument is not known any more. */
interface LooseHandler {
  check: ZodType;
  run(arg: unknown): unknown;
}

/** Makes the calls of one window answerable: guard, check, run; whatever happens, the answer is a value. */
export function registerCalls<R extends WindowRole>(registration: Registration<R>): void {
  const { host, role, handlers } = registration;
  for (const name of CALLS[role]) {
    const handler = (handlers as Record<string, LooseHandler>)[name] as LooseHandler;
    host.handle(callChannel(role, name), (caller, ...args) => {
      const trusted = registration.trusted(caller); // before anything is awaited: the frame may go
      return answer(registration, name, handler, trusted, args);
    });
  }
}

async function answer<R extends WindowRole>(
  registration: Registration<R>,
  name: string,
  handler: LooseHandler,
  trusted: boolean,
  args: unknown[],
): Promise<unknown> {
  // Electron security rule 17
  if (!trusted) return refuse(registration, name, 'not from the window it belongs to');
  if (args.length > 1) return refuse(registration, name, 'more than one argument');
  const checked = handler.check.safeParse(args[0]);
  if (!checked.success) return refuse(registration, name, 'an argument that does not fit');
  try {
    return await handler.run(checked.data);
  } catch (error) {
    registration.log('a call failed', { role: registration.role, call: name, error });
    return failed('internal', 'Something went wrong inside Castkey. The log tells more.');
  }
}

function refuse<R extends WindowRole>(
  registration: Registration<R>,
  name: string,
  why: string,
): CallResult<never> {
  registration.log('a call was refused', { role: registration.role, call: name, why });
  return failed('bad-request', `${name}: ${why}`);
}

/** An answer that says no, in words for a person. */
export const failed = (code: CallErrorCode, message: string): CallResult<never> => ({
  ok: false,
  error: { code, message },
});

/** An answer that says yes. */
export const done = <T>(value: T): CallResult<T> => ({ ok: true, value });
