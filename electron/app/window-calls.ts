import type { CallResult } from '../../shared/ipc.ts';
import type { BusRelay } from '../adapters/bus/relay.ts';
import { openInBrowser } from '../adapters/desktop.ts';
import { windowCalls } from '../adapters/ipc-main.ts';
import type { WindowSet } from '../adapters/windows/window-set.ts';
import type { Log } from '../core/ports.ts';
import { OK, pageNotOpened } from '../core/result.ts';
import { isOurWindow } from '../ipc/guard.ts';
import { createPush } from '../ipc/push.ts';
import { registerCalls } from '../ipc/register.ts';
import { windowActions } from '../ipc/window-actions.ts';
import { NAMED_PAGES } from '../policy/safe-url.ts';
import type { VaultSwitcher } from './vault-switcher.ts';

/** Answers what windows ask, each only its own calls, and pushes them their state when it changes. */
export function connectWindows(
  windows: WindowSet,
  switcher: VaultSwitcher,
  bus: Pick<BusRelay, 'environment'>,
  log: Log,
): void {
  registerCalls({
    host: windowCalls,
    trusted: (role, sender) => isOurWindow(sender, windows.pageId(role)), // Electron security rule 17
    action: windowActions({ ...switcher, openPage: (page) => openPage(page, bus.environment()) }),
    log: (problem, data) => log.warn(problem, data),
  });
  const states = {
    main: switcher.view,
    approval: () => switcher.current().approvalView(),
    signIn: () => switcher.current().signInView(),
  };
  switcher.onChange(createPush(states, windows.send, soon));
}

/** A restore changes the view with each account: copying all of it each time would keep bots waiting. */
const soon = (run: () => void): void => void setTimeout(run, 30);

async function openPage(page: keyof typeof NAMED_PAGES, env: NodeJS.ProcessEnv): Promise<CallResult<void>> {
  const opened = await openInBrowser(NAMED_PAGES[page], null, env); // Electron security rule 15
  return opened ? OK : pageNotOpened(NAMED_PAGES[page]);
}
