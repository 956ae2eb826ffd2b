import type { PreloadApi } from '../../shared/ipc.ts';
import type { ApprovalView } from '../../shared/views.ts';
import { bridge } from '../state/preload-api.ts';
import { createFeed } from '../state/view-store.ts';

/** The approval window's store. */
export const approvalFeed = createFeed<ApprovalView>();

/** The approval window's calls. */
export const approvalCalls = (): PreloadApi<'approval'> => bridge<'approval'>();
