import { feed } from '../state/view-store.ts';
import { showPage } from '../theme/page-root.tsx';
import { approvalCalls, approvalFeed } from './approval-feed.ts';
import { ApprovalWindow } from './approval-window.tsx';

const calls = approvalCalls();
feed(approvalFeed, { read: calls['approval.read'], onState: calls.onState });
showPage(<ApprovalWindow />);
