import { act, cleanup, render } from '@testing-library/react';
import axe from 'axe-core';
import type { ReactNode } from 'react';
import { afterEach } from 'vitest';
import { ApprovalWindow } from '../../../renderer/approval/approval-window.tsx';
import { closeDialog } from '../../../renderer/main/dialogs/open-dialog.ts';
import { MainWindow } from '../../../renderer/main/main-window.tsx';
import { SignInWindow } from '../../../renderer/sign-in/sign-in-window.tsx';
import { announcementStore } from '../../../renderer/state/announce.ts';
import { callErrorStore } from '../../../renderer/state/ask.ts';
import { connectViewStore, type ViewStore } from '../../../renderer/state/view-store.ts';
import { approvalStore, signInStore, vaultStore } from '../../../renderer/state/window-stores.ts';
import { PageFrame } from '../../../renderer/theme/page-root.tsx';
import type { ApprovalView, SignInView } from '../../../shared/prompt-views.ts';
import type { VaultView } from '../../../shared/views.ts';
import { type FakePreloadApi, fakePreloadApi } from './fake-preload-api.ts';

// What is still shown when a test file ends would go on with its timers after the DOM is gone.
afterEach(cleanup);

/** What jsdom lacks and Mantine asks for. */
function fillGaps(): void {
  const query = { matches: false, addEventListener: () => undefined, removeEventListener: () => undefined };
  const observer = class {
    observe() {}
    unobserve() {}
    disconnect() {}
  };
  Object.assign(window, { matchMedia: () => query, ResizeObserver: observer, scrollTo: () => undefined });
  Object.assign(HTMLCanvasElement.prototype, { getContext: () => null });
  Object.assign(Element.prototype, { scrollTo: () => undefined, scrollIntoView: () => undefined });
}

async function show<V>(store: ViewStore<V>, state: V | null, content: ReactNode): Promise<FakePreloadApi<V>> {
  cleanup();
  fillGaps();
  closeDialog();
  callErrorStore.setState({ text: null });
  announcementStore.setState({ text: '', turn: 0 });
  store.setState({ view: null, loaded: false });
  const api = fakePreloadApi(state);
  api.answer('activity.search', []);
  api.answer('account.similarIntents', []);
  connectViewStore(store, api.source);
  await act(async () => {
    render(<PageFrame>{content}</PageFrame>);
  });
  return api;
}

/** Shows the main window in a state. */
export const showMain = (state: VaultView) => show(vaultStore, state, <MainWindow />);
/** Shows the approval window with a request. */
export const showApproval = (state: ApprovalView | null) => show(approvalStore, state, <ApprovalWindow />);
/** Shows the sign-in window. */
export const showSignIn = (state: SignInView | null) => show(signInStore, state, <SignInWindow />);

/** What axe-core finds wrong with the page; contrast and layout need a browser (see gallery.ts). */
export async function axeProblems(): Promise<string[]> {
  const { violations } = await axe.run(document.body, { rules: { 'color-contrast': { enabled: false } } });
  return violations.map(({ id, nodes }) => `${id}: ${nodes.map((node) => node.html).join(' ')}`);
}
