/** Which of Linux's keychains Chromium is to use: it goes by the desktop's name alone, and knows few of them. */

/** As Chromium's flag `--password-store` names them. */
export type PasswordStore = 'gnome-libsecret' | 'kwallet6' | 'kwallet5' | 'kwallet';

type Env = Readonly<Record<string, string | undefined>>;

const FLAG = /^--?password-store=/;

/** The flags by which the person chose a keychain herself: the choice is hers then, and is kept. */
export const givenPasswordStore = (argv: readonly string[]): string[] => argv.filter((arg) => FLAG.test(arg));

interface Choice {
  env: Env;
  /** The backend that seals this profile, as Electron names it; null for none yet. */
  sealedBy: string | null;
  isThere(store: PasswordStore): Promise<boolean>;
}

/**
 * The one that sealed this profile if it is there, else the desktop's own, else whoever offers the Secret Service, else
 * a wallet. While none is there, the one that sealed: it may come yet. Null where there is nothing to choose.
 */
export async function choosePasswordStore({ env, sealedBy, isThere }: Choice): Promise<PasswordStore | null> {
  const sealing = STORES.find((store) => store === sealedBy?.replace('_', '-')) ?? null;
  const candidates = [sealing, walletOfDesktop(env), ...STORES];
  for (const store of candidates) if (store !== null && (await isThere(store))) return store;
  return sealing;
}

const STORES: readonly PasswordStore[] = ['gnome-libsecret', 'kwallet6', 'kwallet5', 'kwallet'];

/** KDE has the wallet of its version (base/nix/xdg_util.cc, GetDesktopEnvironment). */
function walletOfDesktop(env: Env): PasswordStore | null {
  const {
    XDG_CURRENT_DESKTOP: current = '',
    DESKTOP_SESSION: session = '',
    KDE_SESSION_VERSION: version,
  } = env;
  const isKde =
    current.split(':').includes('KDE') ||
    (current === '' && (/^(kde|plasma)/.test(session) || env.KDE_FULL_SESSION !== undefined));
  if (!isKde) return null;
  return version === '6' ? 'kwallet6' : version === '5' ? 'kwallet5' : 'kwallet';
}
