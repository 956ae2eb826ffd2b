import type { ApprovalSurface, SignInSurface, TwitchPage } from '../../electron/core/ports.ts';
import type { ApprovalView, SignInView } from '../../shared/views.ts';

/** The approval window, as the streamer would see it. */
export interface FakeApproval extends ApprovalSurface {
  /** What is on screen; null while the window is hidden. */
  current: ApprovalView | null;
  /** All it ever showed. */
  shown: ApprovalView[];
}

export function createFakeApproval(): FakeApproval {
  const surface: FakeApproval = {
    current: null,
    shown: [],
    show(view) {
      surface.current = structuredClone(view);
      surface.shown.push(surface.current);
    },
    hide() {
      surface.current = null;
    },
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
