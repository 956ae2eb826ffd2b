import type { ApprovalSurface, SignInSurface, Timers, TwitchPage } from '../../electron/core/ports.ts';
import type { Vault } from '../../electron/core/vault.ts';
import type { ApprovalView, SignInView } from '../../shared/prompt-views.ts';

/** The approval window, as the streamer would see it. */
export interface FakeApproval extends ApprovalSurface {
  /** What is on screen; null while the window is hidden. */
  current: ApprovalView | null;
  /** All it ever showed. */
  shown: ApprovalView[];
  /** False: the window comes up nowhere, as when the screen is gone. */
  onScreen: boolean;
  /** True: its page draws nothing. Else it tells the vault again and again that it does, as the real one. */
  still: boolean;
}

/** What names the picture of a question. */
export type Pictured = Pick<ApprovalView, 'id' | 'digest'>;

/** The picture on the screen, for an answer to it. */
export function pictureOf({ current }: Pick<FakeApproval, 'current'>): Pictured {
  return { id: current?.id ?? 'none', digest: current?.digest ?? 'none' };
}

const FRAMES_MS = 200;

/** Its page draws at once and goes on, for the vault that `vault` gives. */
export function createFakeApproval(vault: () => Pick<Vault, 'actions'>, timers: Timers): FakeApproval {
  let cancel = (): void => {};
  const draw = (): void => {
    cancel();
    if (!surface.still) void vault().actions['approval.presented'].run(pictureOf(surface));
    cancel = timers.after(FRAMES_MS, draw);
  };
  const surface: FakeApproval = {
    current: null,
    shown: [],
    onScreen: true,
    still: false,
    show(view) {
      surface.current = structuredClone(view);
      surface.shown.push(surface.current);
      queueMicrotask(() => surface.current !== null && draw());
    },
    hide() {
      surface.current = null;
      cancel();
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
