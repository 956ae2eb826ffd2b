import { z } from 'zod';
import type { CallResult, CallValue, MainCalls } from '../../../shared/ipc.ts';
import type { VaultView } from '../../../shared/views.ts';
import type { Vault, VaultActions } from '../../core/vault.ts';
import { done, type Handlers } from '../register.ts';

/** What the calls of the main window need from the rest of the program. */
export interface MainShell {
  view(): VaultView;
  /** The vault in use; waits while Castkey is changing from one to another. */
  vault(): Promise<Pick<Vault, 'actions'>>;
  useSandbox(on: boolean): Promise<CallResult<void>>;
  openPage(page: Parameters<MainCalls['page.open']>[0]['page']): Promise<CallResult<void>>;
}

const nothing = z.undefined();
const userId = z.string().regex(/^[A-Za-z0-9_-]{1,64}$/);
const id = z.string().min(1).max(128);
const scope = z.string().min(1).max(128);
const intent = z.string().min(1).max(128);
const secret = z.string().min(1).max(1024);
const newPassphrase = z.string().min(10).max(1024);

/** How each call of the main window is answered. What a call means is core's to say; here is its shape. */
export function mainHandlers(shell: MainShell): Handlers<'main'> {
  const act = actOn(shell);
  return {
    'state.read': { check: nothing, run: () => done(shell.view()) },
    'sandbox.use': { check: z.strictObject({ on: z.boolean() }), run: (req) => shell.useSandbox(req.on) },
    'page.open': {
      check: z.strictObject({ page: z.enum(['twitch-console', 'twitch-connections', 'help']) }),
      run: (req) => shell.openPage(req.page),
    },
    'app.configure': {
      check: z.strictObject({
        clientId: z.string().min(1).max(128),
        kind: z.enum(['public', 'confidential']),
        clientSecret: secret.exactOptional(),
      }),
      run: act('app.configure'),
    },
    ...accountHandlers(act),
    ...botHandlers(act),
    ...activityHandlers(act),
    ...lockHandlers(act),
    'backup.export': { check: z.strictObject({ passphrase: newPassphrase }), run: act('backup.export') },
    'backup.restore': { check: z.strictObject({ passphrase: secret }), run: act('backup.restore') },
    'login.import': { check: nothing, run: act('login.import') },
    'notice.dismiss': { check: z.strictObject({ id: z.int().nonnegative() }), run: act('notice.dismiss') },
  };
}

function lockHandlers(act: Act): Pick<Handlers<'main'>, LockCalls> {
  return {
    'vault.lock': { check: nothing, run: act('vault.lock') },
    'vault.unlock': {
      check: z.strictObject({ passphrase: secret.exactOptional() }),
      run: act('vault.unlock'),
    },
    'settings.change': {
      check: z.strictObject({
        openAtLogin: z.boolean().exactOptional(),
        closeToTray: z.boolean().exactOptional(),
        notify: z.boolean().exactOptional(),
        lockAfterMinutes: z.int().min(5).max(240).nullable().exactOptional(),
        lockWithScreen: z.boolean().exactOptional(),
        refreshWhileLocked: z.boolean().exactOptional(),
      }),
      run: act('settings.change'),
    },
    'passphrase.set': { check: z.strictObject({ passphrase: secret }), run: act('passphrase.set') },
    'passphrase.enter': { check: z.strictObject({ passphrase: secret }), run: act('passphrase.enter') },
  };
}

type Act = ReturnType<typeof actOn>;
type AccountCalls = 'signIn' | 'addToken' | 'refresh' | 'refreshAll' | 'rotate' | 'remove' | 'setIntents';
type BotCalls = 'bot.remove' | 'bot.acceptChange' | 'grant.revoke' | 'grant.change';
type LockCalls = 'vault.lock' | 'vault.unlock' | 'settings.change' | `passphrase.${'set' | 'enter'}`;
type ActivityCalls = 'activity.search' | 'activity.export' | 'activity.copySafe';

function botHandlers(act: Act): Pick<Handlers<'main'>, BotCalls> {
  const bot = z.strictObject({ keyId: id });
  const grant = z.strictObject({ keyId: id, grantId: id });
  return {
    'bot.remove': { check: bot, run: act('bot.remove') },
    'bot.acceptChange': { check: bot.extend({ at: z.number() }), run: act('bot.acceptChange') },
    'grant.revoke': { check: grant, run: act('grant.revoke') },
    'grant.change': {
      check: grant.extend({ scopes: z.array(scope).max(256) }),
      run: act('grant.change'),
    },
  };
}

function activityHandlers(act: Act): Pick<Handlers<'main'>, ActivityCalls> {
  return {
    'activity.search': {
      check: z.strictObject({ text: z.string().max(200), before: z.int().nonnegative().exactOptional() }),
      run: act('activity.search'),
    },
    'activity.export': { check: nothing, run: act('activity.export') },
    'activity.copySafe': { check: nothing, run: act('activity.copySafe') },
  };
}

function accountHandlers(act: Act): Pick<Handlers<'main'>, `account.${AccountCalls}`> {
  const one = z.strictObject({ userId });
  return {
    'account.signIn': {
      check: z.strictObject({
        userId: userId.exactOptional(),
        scopes: z.array(scope).max(256).exactOptional(),
      }),
      run: act('account.signIn'),
    },
    'account.addToken': { check: z.strictObject({ accessToken: secret }), run: act('account.addToken') },
    'account.refresh': { check: one, run: act('account.refresh') },
    'account.refreshAll': { check: nothing, run: act('account.refreshAll') },
    'account.rotate': { check: one, run: act('account.rotate') },
    'account.remove': { check: one, run: act('account.remove') },
    'account.setIntents': {
      check: z.strictObject({ userId, intents: z.array(intent).max(64) }),
      run: act('account.setIntents'),
    },
  };
}

type Run<C extends keyof VaultActions> = (
  ...args: Parameters<MainCalls[C]>
) => Promise<CallResult<CallValue<MainCalls[C]>>>;

/** The vault's own action of that name, on whichever vault is in use by then. */
function actOn(shell: MainShell) {
  return <C extends keyof VaultActions>(name: C): Run<C> =>
    async (...args) => {
      const { actions } = await shell.vault();
      return (actions[name] as Run<C>)(...args);
    };
}
