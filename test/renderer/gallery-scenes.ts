import type { Page } from 'playwright-core';
import { PAGES } from '../../shared/calls.ts';
import { approval, jobApproval, longApproval, signIn } from './sample-requests.ts';
import { accounts, everyState, MANY_SCOPES, troubledVault, vault } from './sample-states.ts';

/** Window sizes scenes are shown at. */
export const SIZES = {
  small: { width: 380, height: 700 },
  least: { width: 720, height: 520 },
  usual: { width: 1120, height: 760 },
  large: { width: 1600, height: 1000 },
  approval: { width: 480, height: 640 },
  signIn: { width: 520, height: 720 },
} as const;

/** One picture: a page, its state, what is done before, and at which sizes. */
export interface Scene {
  name: string;
  page: string;
  state: unknown;
  sizes: (keyof typeof SIZES)[];
  steps?: (page: Page) => Promise<void>;
}

const MAIN: Scene['sizes'] = ['small', 'least', 'usual', 'large'];
const go = (name: string) => (page: Page) => page.getByRole('button', { name, exact: true }).click();
const press = (name: string) => (page: Page) =>
  page.getByRole('button', { name, exact: true }).first().click();

function mainScenes(now: number): Omit<Scene, 'page'>[] {
  const few = vault(now);
  const all = vault(now, { accounts: everyState(now) });
  const none = vault(now, { accounts: [], bots: [], activity: [] });
  const first = vault(now, { app: null, accounts: [], bots: [], activity: [] });
  const sealed = vault(now, {
    protection: { kind: 'passphrase', backend: 'passphrase', needsPassphrase: true, problem: null },
  });
  return [
    { name: 'dashboard-0', state: none, sizes: MAIN },
    ...[1, 2, 3, 4].map((count) => ({
      name: `dashboard-${count}`,
      state: vault(now, { accounts: accounts(now, count) }),
      sizes: MAIN,
    })),
    { name: 'dashboard-all', state: all, sizes: MAIN },
    {
      name: 'dashboard-50',
      state: vault(now, {
        accounts: [...everyState(now), ...accounts(now, 44).map((a) => ({ ...a, userId: `x${a.userId}` }))],
      }),
      sizes: MAIN,
    },
    { name: 'dashboard-trouble', state: troubledVault(now), sizes: MAIN },
    {
      name: 'dashboard-open',
      state: all,
      sizes: ['small', 'usual'],
      steps: async (page) => page.getByText('30 permissions').click(),
    },
    { name: 'accounts', state: all, sizes: MAIN, steps: go('Accounts') },
    { name: 'bots', state: few, sizes: MAIN, steps: go('Bots') },
    { name: 'bots-0', state: none, sizes: ['small', 'usual'], steps: go('Bots') },
    { name: 'activity', state: few, sizes: MAIN, steps: go('Activity') },
    { name: 'activity-0', state: none, sizes: ['usual'], steps: go('Activity') },
    { name: 'settings', state: few, sizes: MAIN, steps: go('Settings') },
    {
      name: 'settings-trouble',
      state: { ...troubledVault(now), notices: [] },
      sizes: ['small', 'usual'],
      steps: go('Settings'),
    },
    { name: 'onboarding', state: first, sizes: MAIN },
    {
      name: 'onboarding-old',
      state: { ...first, electron: { version: '33.4.11', outdated: true } },
      sizes: MAIN,
    },
    {
      name: 'onboarding-errors',
      state: first,
      sizes: ['small', 'usual'],
      steps: async (page) => {
        await page.getByRole('radio', { name: 'Confidential', exact: true }).check();
        await go('Continue')(page);
      },
    },
    { name: 'passphrase', state: sealed, sizes: ['small', 'usual'] },
    { name: 'dialog-remove', state: few, sizes: ['small', 'usual'], steps: press('Remove') },
    { name: 'dialog-grant', state: few, sizes: ['small', 'usual'], steps: press('Grant scopes') },
    {
      name: 'dialog-token',
      state: few,
      sizes: ['usual'],
      steps: async (page) => {
        await go('Accounts')(page);
        await press('Add a bare token')(page);
      },
    },
    {
      name: 'dialog-app',
      state: few,
      sizes: ['small', 'usual'],
      steps: async (page) => {
        await go('Settings')(page);
        await press('Change')(page);
      },
    },
  ];
}

/** Every picture of the gallery. */
export function scenes(now: number): Scene[] {
  const small = 'small' as const;
  const test = { url: 'http://127.0.0.1:41999', builtIn: false };
  const far = now + 50_000;
  return [
    ...mainScenes(now).map((scene) => ({ ...scene, page: PAGES.main })),
    {
      name: 'approval',
      page: PAGES.approval,
      state: { ...approval(now), expiresAt: far + 300_000 },
      sizes: ['approval', small],
    },
    {
      name: 'approval-ready',
      page: PAGES.approval,
      state: { ...approval(now), allowAt: 0, expiresAt: far + 300_000 },
      sizes: ['approval'],
    },
    {
      name: 'approval-long',
      page: PAGES.approval,
      state: { ...longApproval(now), allowAt: 0, expiresAt: far + 300_000 },
      sizes: ['approval', small, 'large'],
    },
    {
      name: 'approval-choose',
      page: PAGES.approval,
      state: { ...jobApproval(now), allowAt: 0, expiresAt: far + 300_000 },
      sizes: ['approval', small],
    },
    { name: 'sign-in', page: PAGES.signIn, state: signIn(now), sizes: ['signIn', small] },
    {
      name: 'sign-in-new',
      page: PAGES.signIn,
      state: signIn(now, {
        verificationUri: 'http://127.0.0.1:41999/activate?public=true&device-code=ABCDEFGH',
        expected: null,
        askers: [],
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
      state: signIn(now, { stage: 'browser', askers: ['chat-helper', 'alerts-overlay', 'points'] }),
      sizes: ['signIn', small],
    },
    {
      name: 'sign-in-here',
      page: PAGES.signIn,
      state: signIn(now, {
        stage: 'here',
        notTwitch: test,
        askers: ['chat-helper', 'the-all-in-one-stream-companion'],
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
      name: 'sign-in-failed',
      page: PAGES.signIn,
      state: signIn(now, {
        stage: 'failed',
        problem:
          'You signed in as pixelpanda_bot, but luna_streams was expected. Sign out at Twitch first, then try again.',
      }),
      sizes: ['signIn', small],
    },
  ];
}
