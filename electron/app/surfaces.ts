import { createAskingWindow } from '../adapters/windows/asking-window.ts';
import { showTwitchPage, type TwitchView } from '../adapters/windows/twitch-view.ts';
import type { WindowSet } from '../adapters/windows/window-set.ts';
import type { ApprovalSurface, SignInSurface } from '../core/ports.ts';
import type { Vault } from '../core/vault.ts';

type Answers = Pick<Vault, 'approval' | 'signIn'>;

/** The approval window. What it shows it asks for itself (`approval.read`) and then gets pushed. */
export function createApprovalSurface(windows: WindowSet, vault: () => Answers): ApprovalSurface {
  return createAskingWindow('approval', windows, () => vault().approval.closed());
}

/** The sign-in window, with or without a Twitch page in it. */
export function createSignInSurface(windows: WindowSet, vault: () => Answers): SignInSurface {
  let view: TwitchView | null = null;
  const hidePage = (): void => {
    view?.close();
    view = null;
  };
  const window = createAskingWindow('signIn', windows, () => {
    hidePage();
    vault().signIn.closed();
  });
  return {
    show: () => window.show(),
    hide: () => {
      hidePage();
      window.hide();
    },
    showPage: (page) => {
      hidePage();
      const host = windows.get('signIn');
      if (host !== null) view = showTwitchPage(host, page, (url) => vault().signIn.redirected(url));
    },
    hidePage,
  };
}
