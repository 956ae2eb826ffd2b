import type { WindowRole } from '../../shared/ipc.ts';
import { openInBrowser } from '../adapters/desktop.ts';
import { windowCalls } from '../adapters/window-calls.ts';
import type { WindowSet } from '../adapters/windows/window-set.ts';
import type { Log } from '../core/ports.ts';
import { isOurWindow } from '../ipc/guard.ts';
import { approvalHandlers } from '../ipc/handlers/approval.ts';
import { mainHandlers } from '../ipc/handlers/main.ts';
import { signInHandlers } from '../ipc/handlers/sign-in.ts';
import { createPush } from '../ipc/push.ts';
import { done, failed, type Handlers, registerCalls } from '../ipc/register.ts';
import { NAMED_PAGES } from '../policy/safe-url.ts';
import type { Session } from './session.ts';

/** Answers what windows ask, each only its own calls, and pushes them their state when it changes. */
export function connectWindows(windows: WindowSet, session: Session, log: Log): void {
  const register = <R extends WindowRole>(role: R, handlers: Handlers<R>): void =>
    registerCalls({
      host: windowCalls,
      role,
      handlers,
      trusted: (caller) => isOurWindow(caller, windows.pageId(role)), // Electron security rule 17
      log: (problem, facts) => log.warn(problem, facts),
    });
  register('main', mainHandlers({ ...session, vault: session.settled, openPage }));
  register('approval', approvalHandlers(session.current));
  register('signIn', signInHandlers(session.current));
  const states = {
    main: session.view,
    approval: () => session.current().approvalView(),
    signIn: () => session.current().signInView(),
  };
  session.onChange(createPush(states, windows.send, setImmediate));
}

async function openPage(page: keyof typeof NAMED_PAGES): Promise<ReturnType<typeof done<void>>> {
  const opened = await openInBrowser(NAMED_PAGES[page], null); // Electron security rule 15
  return opened ? done(undefined) : failed('refused', `No browser could be opened for ${NAMED_PAGES[page]}`);
}
