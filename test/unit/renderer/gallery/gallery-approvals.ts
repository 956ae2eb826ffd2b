import { PAGES } from '../../../../shared/ipc.ts';
import type { ApprovalView } from '../../../../shared/views.ts';
import {
  approval,
  changedApproval,
  hostileApproval,
  jobApproval,
  longApproval,
  remoteApproval,
} from '../prompt-view-fixture.ts';
import type { Scene } from './gallery-pictures.ts';

const BOTH: Scene['sizes'] = ['approval', 'small'];

/** The approval window's pictures; all but the first with Allow ready to be clicked. */
export function approvalPictures(now: number): Scene[] {
  const scene = (name: string, state: ApprovalView, sizes = BOTH): Scene => ({
    name: `approval-${name}`,
    page: PAGES.approval,
    state: { ...state, expiresAt: now + 350_000 },
    sizes,
  });
  const ready = { allowAt: 0 };
  return [
    scene('first', { ...approval(now), allowAt: now + 60_000 }),
    scene('ready', approval(now, ready), ['approval']),
    scene('long', { ...longApproval(now), ...ready }, ['approval', 'small', 'large']),
    scene('choose', { ...jobApproval(now), ...ready }),
    scene('changed', { ...changedApproval(now), ...ready }),
    scene('remote', { ...remoteApproval(now), ...ready }),
    scene('hostile', { ...hostileApproval(now), ...ready }),
    scene(
      'similar',
      approval(now, { ...ready, similarNames: [{ pairedAt: now - 19 * 86_400_000, lastSeenAt: now }] }),
    ),
    scene('nothing', approval(now, { ...ready, wants: [], reason: '' })),
  ];
}
