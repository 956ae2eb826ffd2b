import { PAGES } from '../../../../shared/ipc.ts';
import type { ApprovalView } from '../../../../shared/prompt-views.ts';
import {
  approval,
  appWant,
  broughtApplication,
  changedApproval,
  freshJobApproval,
  hostileApproval,
  jobApproval,
  longApproval,
  missingApplication,
  remoteApproval,
} from '../prompt-view-fixture.ts';
import type { Picture } from './gallery-page.ts';

const BOTH: Picture['sizes'] = ['approval', 'small'];

/** The approval window's pictures; all but the first with Allow ready to be clicked. */
export function approvalPictures(now: number): Picture[] {
  const picture = (name: string, state: ApprovalView, sizes = BOTH): Picture => ({
    name: `approval-${name}`,
    page: PAGES.approval,
    state: { ...state, expiresAt: now + 350_000 },
    sizes,
  });
  const ready = { answerable: 'all' } as const;
  const appWants = [appWant(), ...approval(now).wants];
  return [
    picture('first', approval(now)),
    picture('ready', approval(now, ready), ['approval']),
    picture('long', { ...longApproval(now), ...ready }, ['approval', 'small', 'large']),
    picture('choose', { ...jobApproval(now), ...ready }),
    picture('choose-new', { ...freshJobApproval(now), ...ready }),
    picture('brought', approval(now, { ...ready, application: broughtApplication })),
    picture('application-missing', approval(now, { ...ready, application: missingApplication })),
    picture(
      'application-none',
      approval(now, { ...ready, application: { ...missingApplication, choices: [] } }),
    ),
    picture('changed', { ...changedApproval(now), ...ready }),
    picture('remote', { ...remoteApproval(now), ...ready }),
    picture('hostile', { ...hostileApproval(now), ...ready }),
    picture('similar', approval(now, { ...ready, similarNames: [{ pairedAt: now - 19 * 86_400_000 }] })),
    picture('habit', approval(now, { ...ready, habit: 'until-stream-ends' })),
    {
      ...picture('more', approval(now, { ...ready, wants: appWants })),
      steps: async (page) => {
        await page.getByRole('checkbox', { name: 'I understand' }).check();
        await page.getByRole('button', { name: 'More choices' }).click();
      },
    },
    picture('nothing', approval(now, { ...ready, wants: [], reason: '' })),
  ];
}
