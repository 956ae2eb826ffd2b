import { approvalCalls, approvalFeed } from './approval/approval-feed.ts';
import { ApprovalWindow } from './approval/approval-window.tsx';
import { feed } from './data/feed.ts';
import { showPage } from './look/page-root.tsx';

const calls = approvalCalls();
feed(approvalFeed, { read: calls['approval.read'], onState: calls.onState });
showPage(<ApprovalWindow />);
