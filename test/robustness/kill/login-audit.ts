/**
 * What Twitch handed out and what the vault came back with after it was killed: judges whether a login
 * was lost, and if so by whom. Pure.
 *
 * A public application's refresh token works once. When the vault dies after Twitch has renewed a login
 * and before it has read the answer, the login is gone by nature: nobody but Twitch ever held the new
 * token. That is told apart by the connection: a kernel that closes a socket with unread bytes resets it
 * (RFC 1122, 4.2.2.13), and otherwise ends it. What was read but not yet on the disk is gone as well; the
 * vault may be caught so only for a moment, and never once anybody has been served with it.
 */

/** How far an answer came. `held`: not sent. `sent`: on its way, or read by a vault that goes on. */
type Fate = 'held' | 'sent' | 'unread' | 'read';

/** Whose login it is, for which application. */
export interface LoginOwner {
  clientId: string;
  userId: string;
}

/** One login at Twitch, of a public or confidential application. */
export interface Login {
  /** The application it was first asked for with. */
  clientId: string;
  /** Whom a bot was first told that it is; null before. */
  userId: string | null;
  /** The refresh token that Twitch takes. */
  refresh: string;
  /** The access token of the newest answer, and the vault's run it was given to. */
  access: string;
  run: number;
  /** With which refresh token the vault last asked: what it falls back to if the answer is lost. */
  asked: string;
  fate: Fate;
  /** Milliseconds since 1970. */
  sentAt: number;
}

/** What is counted. */
export interface Count {
  kills: number;
  refreshes: number;
  /** Answers that the killed vault never read. */
  neverArrived: number;
  /** Answers read in the moment before the kill, not yet on the disk and served to nobody. */
  unsaved: number;
  /** Milliseconds between sending and the kill, at most, among those. */
  unsavedMs: number;
  /** Sentences about logins that the vault lost. */
  lost: string[];
}

/** An answer sent so long ago must be on the disk, however busy the computer is. */
const MOMENT_MS = 5_000;

/** The audit of all logins over many runs of the vault. */
export interface LoginAudit {
  readonly count: Count;
  /** The vault asks with a refresh token. Returns what Twitch is to be asked with: a lost login is mended. */
  asks(token: string, clientId: string): string;
  renewed(before: string, asked: string, pair: { access: string; refresh: string }): Login;
  sent(login: Login, now: number): void;
  /** The connection that an answer went over is closed, with unread bytes or without. */
  closed(login: Login, unread: boolean): void;
  /** A bot of that application got this access token as that person's. */
  served(access: string, owner: LoginOwner): void;
  /** Whether an access token was handed out to the vault that runs now. */
  isNew(access: string): boolean;
  killed(now: number): void;
}

/** An empty audit. `accounts` is how many logins there are: a token beyond them is nobody's. */
export function openLoginAudit(accounts: number): LoginAudit {
  const [byToken, byAccess] = [new Map<string, Login>(), new Map<string, Login>()];
  const logins = new Set<Login>();
  const servedTokens = new Set<string>();
  const count: Count = { kills: 0, refreshes: 0, neverArrived: 0, unsaved: 0, unsavedMs: 0, lost: [] };
  let run = 0;
  let killedAt = 0;

  /** Why the vault no longer has the newest tokens of a login. */
  function judge(login: Login, token: string): void {
    if (login.run === run) count.lost.push('a used refresh token was tried again by the same vault');
    else if (token !== login.asked) count.lost.push('the vault came back with tokens older than the last');
    else if (servedTokens.has(login.access))
      count.lost.push('a bot was served with tokens that were not saved');
    else if (login.fate !== 'read') count.neverArrived += 1;
    else if (killedAt - login.sentAt > MOMENT_MS) count.lost.push('an answer was not saved in seconds');
    else {
      count.unsaved += 1;
      count.unsavedMs = Math.max(count.unsavedMs, killedAt - login.sentAt);
    }
  }

  function expectOwn(login: Login, { clientId, userId }: LoginOwner): void {
    if (login.clientId !== clientId) count.lost.push('a bot was served with a token of another application');
    const others = [...logins].filter((one) => one !== login && one.clientId === clientId);
    const isTaken = others.some((other) => other.userId === userId);
    if (isTaken || (login.userId ?? userId) !== userId)
      count.lost.push('a bot was served with another login');
    login.userId ??= userId;
  }

  function loginOf(token: string, clientId: string): Login | undefined {
    const known = byToken.get(token);
    if (known !== undefined || logins.size === accounts) return known;
    const before = { refresh: token, access: '', run, asked: token } as const;
    const login: Login = { clientId, userId: null, ...before, fate: 'read', sentAt: 0 };
    logins.add(login);
    byToken.set(token, login);
    return login;
  }

  return {
    count,
    asks(token, clientId) {
      const login = loginOf(token, clientId);
      if (login === undefined) {
        count.lost.push('the vault came back with tokens that Twitch never handed out');
        return token;
      }
      if (login.clientId !== clientId) count.lost.push('a login was renewed for another application');
      if (login.refresh !== token) judge(login, token);
      return login.refresh;
    },
    renewed(before, asked, { access, refresh }) {
      const login = byToken.get(asked);
      if (login === undefined) throw new Error('Twitch renewed a login that the audit does not know');
      count.refreshes += 1;
      Object.assign(login, { access, refresh, run, asked: before, fate: 'held', sentAt: 0 });
      byToken.set(refresh, login);
      byAccess.set(access, login);
      return login;
    },
    sent: (login, now) => void Object.assign(login, { fate: 'sent', sentAt: now }),
    closed(login, unread) {
      if (login.fate === 'sent') login.fate = unread ? 'unread' : 'read';
    },
    served(access, owner) {
      servedTokens.add(access);
      const login = byAccess.get(access);
      if (login !== undefined) expectOwn(login, owner);
    },
    isNew: (access) => [...logins].some((login) => login.access === access && login.run === run),
    killed(now) {
      count.kills += 1;
      killedAt = now;
      run += 1;
    },
  };
}
