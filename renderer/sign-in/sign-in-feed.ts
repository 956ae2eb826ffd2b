import type { PreloadApi } from '../../shared/ipc.ts';
import type { SignInView } from '../../shared/views.ts';
import { bridge } from '../state/preload-api.ts';
import { createFeed } from '../state/view-store.ts';

/** The sign-in window's store. */
export const signInFeed = createFeed<SignInView>();

/** The sign-in window's calls. */
export const signInCalls = (): PreloadApi<'signIn'> => bridge<'signIn'>();
