import type { PreloadApi } from '../../shared/ipc.ts';
import type { ApprovalView } from '../../shared/views.ts';
import { bridge } from '../data/bridge.ts';
import { createFeed } from '../data/feed.ts';

/** The approval window's store. */
export const approvalFeed = createFeed<ApprovalView>();

/** The approval window's calls. */
export const approvalCalls = (): PreloadApi<'approval'> => bridge<'approval'>();
