import type { Page } from 'playwright-core';
import { PAGES } from '../../../../shared/ipc.ts';
import { accounts, everyState, MANY_SCOPES, severalLogins } from '../account-view-fixture.ts';
import { bot, endingBot, manyBots, oddBots } from '../bot-view-fixture.ts';
import { activity, applications, peer, troubledVault, vault } from '../vault-view-fixture.ts';
import type { Picture } from './gallery-page.ts';

const MAIN: Picture['sizes'] = ['small', 'min', 'default', 'large'];
const FEW: Picture['sizes'] = ['min', 'default'];
const go = (name: string) => (page: Page) => page.getByRole('button', { name, exact: true }).click();
const press = (name: string) => (page: Page) =>
  page.getByRole('button', { name, exact: true }).first().click();
const inTurn =
  (...steps: ((page: Page) => Promise<void>)[]) =>
  async (page: Page) => {
    for (const step of steps) await step(page);
  };

type MainPicture = Omit<Picture, 'page'>;

/** The main window's pictures. */
export function mainPictures(now: number): Picture[] {
  const all = [
    ...dashboards(now),
    ...botPictures(now),
    ...activityPictures(now),
    ...otherScreens(now),
    ...dialogs(now),
  ];
  return all.map((picture) => ({ ...picture, page: PAGES.main }));
}

function dashboards(now: number): MainPicture[] {
  const all = vault(now, { accounts: everyState(now) });
  const none = vault(now, { accounts: [], bots: [], activity: [] });
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
    {
      name: 'dashboard-logins',
      state: vault(now, { accounts: [severalLogins(now), ...accounts(now, 3).slice(1)] }),
      sizes: MAIN,
    },
    {
      name: 'dashboard-logins-many',
      state: vault(now, { accounts: [severalLogins(now), ...accounts(now, 20).slice(1)] }),
      sizes: MAIN,
    },
    {
      name: 'dashboard-500',
      state: vault(now, { accounts: accounts(now, 500) }),
      sizes: ['default'],
    },
    { name: 'dashboard-trouble', state: troubledVault(now), sizes: MAIN },
    {
      name: 'dashboard-open',
      state: all,
      sizes: ['small', 'default'],
      steps: async (page) => page.getByText('30 permissions').click(),
    },
  ];
}

function botPictures(now: number): MainPicture[] {
  const none = vault(now, { accounts: [], bots: [], activity: [] });
  const withBots = (bots: ReturnType<typeof manyBots>) => vault(now, { bots });
  return [
    { name: 'bots-0', state: none, sizes: ['small', 'default'], steps: go('Bots') },
    { name: 'bots-1', state: withBots([bot(now)]), sizes: MAIN, steps: go('Bots') },
    { name: 'bots-3', state: withBots(oddBots(now).slice(0, 3)), sizes: MAIN, steps: go('Bots') },
    {
      name: 'bots-odd',
      state: withBots(oddBots(now).slice(1).reverse().slice(0, 2)),
      sizes: FEW,
      steps: go('Bots'),
    },
    {
      name: 'bots-ending',
      state: { ...withBots([endingBot(now)]), applications: applications(now) },
      sizes: MAIN,
      steps: go('Bots'),
    },
    {
      name: 'bots-lacking',
      state: withBots([endingBot(now, { grants: [] })]),
      sizes: FEW,
      steps: inTurn(go('Bots'), press('2 permissions missing: 1 it needs, 1 optional')),
    },
    {
      name: 'bots-asking',
      state: {
        ...withBots([bot(now)]),
        stream: { mode: true, live: ['luna_streams'] },
        questions: [{ kind: 'approval', bot: 'song-requests' }],
      },
      sizes: MAIN,
    },
    { name: 'bots-50', state: withBots(manyBots(now, 50)), sizes: MAIN, steps: go('Bots') },
    {
      name: 'bots-open',
      state: vault(now),
      sizes: FEW,
      steps: inTurn(go('Bots'), press('12 permissions')),
    },
  ];
}

function activityPictures(now: number): MainPicture[] {
  const none = vault(now, { accounts: [], bots: [], activity: [] });
  const unprovedPeer = peer({
    claimed: 'chat-helper',
    proved: false,
    program: '/tmp/x',
    script: null,
    pid: 99,
  });
  const [entry] = activity(now);
  const unproved = ['peer.refused', 'approval'].map((kind, index) => ({
    ...entry,
    ...{ id: 300 + index, kind, ok: false, peer: unprovedPeer, login: null, at: now - index * 1000 },
    text: 'A program claimed to be chat-helper and could not prove it',
    scopes: index ? MANY_SCOPES.slice(0, 9) : [],
  }));
  const many = Array.from({ length: 34 }, (_, day) =>
    activity(now - day * 86_400_000).map((one, place) => ({ ...one, id: 200 - day * 6 - place })),
  ).flat();
  const busy = vault(now, { activity: [...unproved, ...many] as typeof many });
  return [
    { name: 'activity-0', state: none, sizes: ['small', 'default'], steps: go('Activity') },
    { name: 'activity', state: vault(now), sizes: MAIN, steps: go('Activity') },
    {
      name: 'activity-many',
      state: busy,
      sizes: MAIN,
      steps: inTurn(go('Activity'), press('Who asked')),
    },
    {
      name: 'activity-found',
      state: busy,
      sizes: FEW,
      steps: inTurn(
        go('Activity'),
        async (page) => page.getByRole('textbox', { name: 'Search what happened' }).fill('luna chat'),
        async (page) => page.getByRole('checkbox', { name: 'Problems only' }).check(),
      ),
    },
  ];
}

function otherScreens(now: number): MainPicture[] {
  const few = vault(now);
  const all = vault(now, { accounts: everyState(now) });
  const first = vault(now, { applications: [], accounts: [], bots: [], activity: [] });
  const protection = {
    kind: 'passphrase',
    backend: 'passphrase',
    needsPassphrase: true,
    needsKeychain: null,
    damaged: false,
    problem: null,
  } as const;
  const sealed = vault(now, { protection });
  const opened = { ...protection, needsPassphrase: false };
  return [
    { name: 'accounts', state: all, sizes: MAIN, steps: go('Accounts') },
    {
      name: 'accounts-logins',
      state: vault(now, { accounts: [severalLogins(now, { displayName: 'Luna_Streams' })] }),
      sizes: MAIN,
      steps: go('Accounts'),
    },
    {
      name: 'settings-applications',
      state: vault(now, { applications: applications(now), accounts: [severalLogins(now)] }),
      sizes: MAIN,
      steps: go('Settings'),
    },
    { name: 'settings', state: few, sizes: MAIN, steps: go('Settings') },
    {
      name: 'settings-trouble',
      state: { ...troubledVault(now), notices: [] },
      sizes: ['small', 'default'],
      steps: go('Settings'),
    },
    {
      name: 'settings-about-old',
      state: { ...few, electron: { version: '33.4.11', outdated: true } },
      sizes: ['small', 'default'],
      steps: inTurn(go('Settings'), (page) => page.getByText('Address for bots').scrollIntoViewIfNeeded()),
    },
    {
      name: 'passphrase-later',
      state: { ...sealed, applications: [], accounts: [] },
      sizes: ['small', 'default'],
      steps: press('Not now'),
    },
    { name: 'onboarding', state: first, sizes: MAIN },
    { name: 'onboarding-bot', state: first, sizes: MAIN, steps: press('My bot brings it') },
    {
      name: 'onboarding-old',
      state: { ...first, electron: { version: '33.4.11', outdated: true } },
      sizes: MAIN,
    },
    {
      name: 'onboarding-errors',
      state: first,
      sizes: ['small', 'default'],
      steps: async (page) => {
        await page.getByRole('radio', { name: 'Confidential', exact: true }).check();
        await go('Continue')(page);
      },
    },
    { name: 'passphrase', state: sealed, sizes: ['small', 'default'] },
    {
      name: 'locked',
      state: vault(now, { locked: true, lockReason: 'screen' }),
      sizes: ['small', 'default'],
    },
    {
      name: 'locked-passphrase',
      state: vault(now, { locked: true, lockReason: 'idle', protection: opened }),
      sizes: MAIN,
      steps: press('Unlock'),
    },
  ];
}

function dialogs(now: number): MainPicture[] {
  const few = vault(now);
  const backup = (name: string, button: string): MainPicture => ({
    name,
    state: few,
    sizes: ['small', 'default'],
    steps: inTurn(go('Settings'), press(button)),
  });
  return [
    { name: 'dialog-remove', state: few, sizes: ['small', 'default'], steps: press('Remove') },
    { name: 'dialog-grant', state: few, sizes: ['small', 'default'], steps: press('Grant scopes') },
    {
      name: 'dialog-token',
      state: few,
      sizes: ['default'],
      steps: async (page) => {
        await go('Accounts')(page);
        await press('Add a bare token')(page);
      },
    },
    {
      name: 'dialog-app',
      state: few,
      sizes: ['small', 'default'],
      steps: async (page) => {
        await go('Settings')(page);
        await press('Add application')(page);
      },
    },
    backup('dialog-backup', 'Export a backup'),
    backup('dialog-restore', 'Restore a backup'),
    backup('dialog-import', 'Import logins'),
    { name: 'dialog-record', state: few, sizes: FEW, steps: inTurn(go('Activity'), press('Export…')) },
    {
      name: 'dialog-edit-grant',
      state: few,
      sizes: ['small', 'default'],
      steps: inTurn(go('Bots'), press('Edit pixelpanda_bot'), async (page) =>
        page.getByRole('checkbox').first().uncheck(),
      ),
    },
    {
      name: 'dialog-new-token',
      state: few,
      sizes: ['small', 'default'],
      steps: inTurn(go('Bots'), press('Revoke the job “chat”, now luna_streams')),
    },
    {
      name: 'dialog-remove-bot',
      state: few,
      sizes: ['default'],
      steps: inTurn(go('Bots'), press('Remove')),
    },
  ];
}
