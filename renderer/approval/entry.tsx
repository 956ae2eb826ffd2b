import { approvalCalls } from '../state/preload-api.ts';
import { connectViewStore } from '../state/view-store.ts';
import { approvalStore } from '../state/window-stores.ts';
import { showPage } from '../theme/page-root.tsx';
import { ApprovalWindow } from './approval-window.tsx';

const calls = approvalCalls();
connectViewStore(approvalStore, { read: calls['approval.read'], onState: calls.onState });
showPage(<ApprovalWindow />);
