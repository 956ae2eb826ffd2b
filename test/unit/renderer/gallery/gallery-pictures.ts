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
      name: 'sign-in-application',
      page: PAGES.signIn,
      state: signIn(now, {
        ...{ expected: null, grantedScopes: [], intent: 'chat' },
        application: { clientId: 'song9jx2d8k3m4n5b6v7c8x9z0', label: 'song-requests', several: true },
      }),
      sizes: ['signIn', small],
    },
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
        ...{ stage: 'confirm', expected: null, grantedScopes: [] },
        person: {
          userId: '1017',
          login: 'somebody_else_42',
          scopes: MANY_SCOPES.slice(0, 12),
          keepAt: 0,
          expiresAt: now + 290_000,
        },
      }),
      sizes: ['signIn', small],
    },
    {
      name: 'sign-in-newcomer-bare',
      page: PAGES.signIn,
      state: signIn(now, {
        ...{ stage: 'confirm', expected: null, grantedScopes: [], bots: [] },
        ...{ notTwitch: test },
        person: {
          userId: '1017',
          login: 'a_login_as_long_as_they_get_25',
          scopes: [],
          keepAt: 0,
          expiresAt: now + 40_000,
        },
      }),
      sizes: ['signIn', small],
    },
    {
      name: 'sign-in-failed',
      page: PAGES.signIn,
      state: signIn(now, {
        ...{ stage: 'failed', bots: [], userCode: null, pageReady: false },
        problem: 'pixelpanda_bot signed in, but it had to be luna_streams. Nothing was changed.',
      }),
      sizes: ['signIn', small],
    },
    {
      name: 'sign-in-abandoned',
      page: PAGES.signIn,
      state: signIn(now, { bots: [], stopped: ['chat-helper'], abandoned: true }),
      sizes: ['signIn', small],
    },
    {
      name: 'sign-in-abandoned-here',
      page: PAGES.signIn,
      state: signIn(now, {
        ...{ stage: 'here', bots: [], abandoned: true, notTwitch: test },
        stopped: ['the-all-in-one-stream-companion'],
      }),
      sizes: ['signIn', small],
    },
    {
      name: 'sign-in-trouble',
      page: PAGES.signIn,
      state: signIn(now, {
        ...{ userCode: null, verificationUri: null, pageReady: false },
        problem: 'Twitch can’t be reached at the moment. Castkey keeps trying.',
      }),
      sizes: ['signIn', small],
    },
  ];
}
