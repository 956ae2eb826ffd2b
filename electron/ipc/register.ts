import type { ZodType } from 'zod';
import { type AllCalls, CALLS, type CallResult, WINDOW_ROLES, type WindowRole } from '../../shared/ipc.ts';
import { badParams, internalError } from '../core/result.ts';
import { callChannel } from './channels.ts';
import type { IpcSender } from './guard.ts';
import type { FindAction } from './window-actions.ts';

/** The part of Electron's `ipcMain` that is used. */
export interface IpcHost {
  handle(channel: string, listener: (sender: IpcSender, ...args: unknown[]) => Promise<unknown>): void;
}

/** What makes the windows' calls answerable. */
export interface Registration {
  host: IpcHost;
  /** Whether the sender is the window that has the role. */
  trusted(role: WindowRole, sender: IpcSender): boolean;
  action: FindAction;
  /** Hears of refused senders and of bugs; never of what was sent. */
  log(problem: string, data: Record<string, unknown>): void;
}

/** Makes every call of every window answerable: guard, check, run; whatever happens, the answer is a value. */
export function registerCalls(registration: Registration): void {
  const { host, trusted } = registration;
  for (const role of WINDOW_ROLES) {
    for (const call of CALLS[role] as readonly (keyof AllCalls)[]) {
      host.handle(callChannel(role, call), (sender, ...args) =>
        // Asked before anything is awaited, since the frame may go. Electron security rule 17
        answer(registration, { role, call, trusted: trusted(role, sender), args }),
      );
    }
  }
}

interface Incoming {
  role: WindowRole;
  call: keyof AllCalls;
  trusted: boolean;
  args: unknown[];
}
/** What an action looks like once its argument is not known any more. */
interface LooseAction {
  arg: ZodType;
  run(arg: unknown): Promise<CallResult<unknown>>;
}

async function answer(registration: Registration, incoming: Incoming): Promise<CallResult<unknown>> {
  const { role, call, trusted, args } = incoming;
  const refuse = (why: string) => {
    registration.log('a call was refused', { role, call, why });
    return badParams(`${call}: ${why}`);
  };
  if (!trusted) return refuse('not from the window it belongs to'); // Electron security rule 17
  if (args.length > 1) return refuse('more than one argument');
  try {
    const action = (await registration.action(role, call)) as LooseAction;
    const checked = action.arg.safeParse(args[0]);
    if (!checked.success) return refuse('an argument that does not fit');
    const result = await action.run(checked.data);
    if (result.ok) return result;
    const { code, message } = result.error; // a failure that bots get too holds more than a window is told
    return { ok: false, error: { code, message } } satisfies CallResult<never>;
  } catch (error) {
    registration.log('a call failed', { role, call, error });
    return internalError();
  }
}
