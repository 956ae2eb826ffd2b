import { act, fireEvent, screen } from '@testing-library/react';
import type { ApprovalView } from '../../../../shared/prompt-views.ts';
import type { FakePreloadApi } from '../fake-preload-api.ts';
import { approval } from '../prompt-view-fixture.ts';

/** What the tests of the approval window read and click in it. */
export const START = Date.UTC(2026, 10, 22, 12);
export const PICTURE = { id: 'a1', digest: 'digest-of-a1' };
/** A request of nothing dangerous. */
export const harmless = (over: Partial<ApprovalView> = {}) =>
  approval(START, {
    wants: approval(START).wants.map((want) => ({ ...want, scopes: ['chat:read'] })),
    ...over,
  });
/** Her answers, as they were sent. */
export const decisions = (api: FakePreloadApi<ApprovalView>) =>
  api.calls.filter(({ name }) => name === 'approval.decide').map(({ arg }) => arg);
export const button = (name: string) => screen.getByRole<HTMLButtonElement>('button', { name });
export const allows = () => [button('Always allow'), button('Allow once')];
export const click = (name: string) => act(async () => void fireEvent.click(button(name)));
