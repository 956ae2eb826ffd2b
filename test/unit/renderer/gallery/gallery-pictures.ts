import { PAGES } from '../../../../shared/ipc.ts';
import { MANY_SCOPES } from '../account-view-fixture.ts';
import { signIn } from '../prompt-view-fixture.ts';
import { approvalPictures } from './gallery-approvals.ts';
import { mainPictures } from './gallery-main.ts';
import type { Picture } from './gallery-page.ts';

/** Every picture of the gallery. */
export function pictures(now: number): Picture[] {
  const small = 'small' as const;
  const test = { url: 'http://127.0.0.1:41999', builtIn: false };
  return [
    ...mainPictures(now),
    ...approvalPictures(now),
    { name: 'sign-in', page: PAGES.signIn, state: signIn(now), sizes: ['signIn', small] },
    {
      name: 'sign-in-new',
      page: PAGES.signIn,
      state: signIn(now, {
        verificationUri: 'http://127.0.0.1:41999/activate?public=true&device-code=ABCDEFGH',
        expected: null,
        bots: [],
        grantedScopes: [],
        newScopes: MANY_SCOPES.slice(0, 30),
        primary: 'here',
        notTwitch: test,
      }),
      sizes: ['signIn', small],
    },
    {
      name: 'sign-in-browser',
      page: PAGES.signIn,
      state: signIn(now, { stage: 'browser', bots: ['chat-helper', 'alerts-overlay', 'points'] }),
      sizes: ['signIn', small],
    },
    {
      name: 'sign-in-here',
      page: PAGES.signIn,
      state: signIn(now, {
        stage: 'here',
        notTwitch: test,
        bots: ['chat-helper', 'the-all-in-one-stream-companion'],
      }),
      sizes: ['signIn', small],
    },
    {
      name: 'sign-in-checking',
      page: PAGES.signIn,
      state: signIn(now, { stage: 'checking' }),
      sizes: ['signIn'],
    },
    {
      name: 'sign-in-newcomer',
      page: PAGES.signIn,
      state: signIn(now, {
        ...{ stage: 'confirm', expected: null, grantedScopes: [], expiresAt: now + 290_000 },
        person: { userId: '1017', login: 'somebody_else_42', scopes: MANY_SCOPES.slice(0, 12), keepAt: 0 },
      }),
      sizes: ['signIn', small],
    },
    {
      name: 'sign-in-newcomer-bare',
      page: PAGES.signIn,
      state: signIn(now, {
        ...{ stage: 'confirm', expected: null, grantedScopes: [], bots: [], expiresAt: now + 40_000 },
        ...{ notTwitch: test },
        person: { userId: '1017', login: 'a_login_as_long_as_they_get_25', scopes: [], keepAt: 0 },
      }),
      sizes: ['signIn', small],
    },
    {
      name: 'sign-in-problem',
      page: PAGES.signIn,
      state: signIn(now, {
        problem:
          'You signed in as pixelpanda_bot, but luna_streams was expected. Sign out at Twitch first, then try again.',
      }),
      sizes: ['signIn', small],
    },
  ];
}
