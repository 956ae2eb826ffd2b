import type { ApprovalSurface, SignInSurface, TwitchPage } from '../../electron/core/ports.ts';
import type { Vault } from '../../electron/core/vault.ts';
import type { ApprovalView, SignInView } from '../../shared/views.ts';

/** The approval window, as the streamer would see it. */
export interface FakeApproval extends ApprovalSurface {
  /** What is on screen; null while the window is hidden. */
  current: ApprovalView | null;
  /** All it ever showed. */
  shown: ApprovalView[];
  /** False: the window comes up nowhere, as when the screen is gone. */
  onScreen: boolean;
  /** Tells the vault that its page has drawn what is shown, as the real one does; null: it never draws. */
  draws: ((picture: Pictured) => void) | null;
}

/** What names the picture of a question. */
export type Pictured = Pick<ApprovalView, 'id' | 'digest'>;

/** The picture on the screen, for an answer to it. */
export function pictureOf({ current }: Pick<FakeApproval, 'current'>): Pictured {
  return { id: current?.id ?? 'none', digest: current?.digest ?? 'none' };
}

/** Its page draws at once, for the vault that `vault` gives. */
export function createFakeApproval(vault: () => Pick<Vault, 'actions'>): FakeApproval {
  const surface: FakeApproval = {
    current: null,
    shown: [],
    onScreen: true,
    draws: (picture) => void vault().actions['approval.presented'].run(picture),
    show(view) {
      surface.current = structuredClone(view);
      surface.shown.push(surface.current);
      queueMicrotask(() => surface.draws?.(pictureOf(surface)));
    },
    hide() {
      surface.current = null;
    },
    visible: () => surface.current !== null && surface.onScreen,
  };
  return surface;
}

export interface FakeSignIn extends SignInSurface {
  current: SignInView | null;
  shown: SignInView[];
  /** The Twitch page inside the window; null while there is none. */
  page: TwitchPage | null;
}

export function createFakeSignIn(): FakeSignIn {
  const surface: FakeSignIn = {
    current: null,
    shown: [],
    page: null,
    show(view) {
      surface.current = structuredClone(view);
      surface.shown.push(surface.current);
    },
    hide() {
      surface.current = null;
    },
    showPage(page) {
      surface.page = page;
    },
    hidePage() {
      surface.page = null;
    },
  };
  return surface;
}
