/** Which proxy leads to a server, by the variables that curl and most programs follow. */
import { Unreached } from './failure.ts';

/** A proxy; `null` for a direct connection. */
export interface ProxyServer {
  kind: 'http' | 'https' | 'socks5' | 'socks4';
  host: string;
  port: number;
  /** Empty without one. */
  user: string;
  password: string;
}
type Env = Readonly<Record<string, string | undefined>>;

const KINDS: Readonly<Record<string, { kind: ProxyServer['kind']; port: number }>> = {
  'http:': { kind: 'http', port: 80 },
  'https:': { kind: 'https', port: 443 },
  'socks:': { kind: 'socks5', port: 1080 },
  'socks5:': { kind: 'socks5', port: 1080 },
  'socks5h:': { kind: 'socks5', port: 1080 },
  'socks4:': { kind: 'socks4', port: 1080 },
  'socks4a:': { kind: 'socks4', port: 1080 },
};
/** The lower-case one goes first, as with curl. */
const VARIABLES = ['https_proxy', 'HTTPS_PROXY', 'all_proxy', 'ALL_PROXY'] as const;

/** What the environment says about an https URL; undefined where it says nothing, so that the system decides. */
export function proxyFromEnv(url: URL, env: Env): ProxyServer | null | undefined {
  const name = VARIABLES.find((variable) => env[variable]?.trim());
  if (name === undefined) return undefined;
  if (isExempt(url, env.no_proxy?.trim() || env.NO_PROXY || '')) return null;
  const proxy = readProxy(env[name]?.trim() ?? '');
  if (proxy === null)
    throw new Unreached(`${name} names no proxy`, `Set it to http://HOST:PORT, or unset it.`);
  return proxy;
}

/** `http://user:password@host:port`; the scheme may be left out. */
function readProxy(text: string): ProxyServer | null {
  const url = parseUrl(/^[a-z][a-z0-9]*:\/\//i.test(text) ? text : `http://${text}`);
  const known = url && KINDS[url.protocol];
  if (!url || !known || url.hostname === '') return null;
  return {
    kind: known.kind,
    host: bare(url.hostname),
    port: portOf(url, known.port),
    user: decoded(url.username),
    password: decoded(url.password),
  };
}

const parseUrl = (text: string): URL | null => (URL.canParse(text) ? new URL(text) : null);

/** `new URL` drops the port that a scheme has by itself. */
const portOf = (url: URL, otherwise: number): number => (url.port === '' ? otherwise : Number(url.port));

function decoded(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text; // a bare % in a password
  }
}

/** Names and their subdomains, each perhaps with a port; `*` for all. */
function isExempt(url: URL, list: string): boolean {
  const host = bare(url.hostname);
  return list
    .toLowerCase()
    .split(/[\s,]+/)
    .some((entry) => {
      if (entry === '*') return true;
      const [, name = '', port] = /^(?:\*?\.)?(.*?)\.?(?::(\d+))?$/.exec(entry) ?? [];
      if (name === '' || (port !== undefined && Number(port) !== portOf(url, 443))) return false;
      return host === name || host.endsWith(`.${name}`);
    });
}

const bare = (host: string): string => host.replace(/^\[|\]$/g, '');

/** What a system says in the words of a PAC file: `PROXY host:port; SOCKS5 host:port; DIRECT`, the best first. */
export function proxiesFromSystem(text: string): (ProxyServer | null)[] {
  const found = text.split(';').flatMap((entry) => {
    const [kind = '', at = ''] = entry.trim().split(/\s+/);
    if (/^direct$/i.test(kind)) return [null];
    const scheme = PAC_KINDS[kind.toUpperCase()];
    const proxy = scheme === undefined ? null : readProxy(`${scheme}://${at}`);
    return proxy === null ? [] : [proxy];
  });
  return found.length > 0 ? found : [null];
}

const PAC_KINDS: Readonly<Record<string, string>> = {
  PROXY: 'http',
  HTTP: 'http',
  HTTPS: 'https',
  SOCKS: 'socks4',
  SOCKS4: 'socks4',
  SOCKS5: 'socks5',
};

/** Names of this computer: they never go through a proxy. */
export function isLoopback(url: URL): boolean {
  return /^(?:127(?:\.\d+){3}|\[::1\]|(?:.+\.)?localhost)$/.test(url.hostname);
}
