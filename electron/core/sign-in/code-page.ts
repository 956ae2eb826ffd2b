/** The page at Twitch that takes a device code, without the code. */
import type { DeviceCode } from '../twitch/endpoints.ts';

/**
 * What may be opened in the browser: everybody on this computer can read the command line it stands on
 * (`/proc/PID/cmdline`), so of what Twitch says only plain switches such as `public=true` are kept. Null for
 * an address that has the code elsewhere.
 */
export function codePage({ verificationUri, userCode, deviceCode }: DeviceCode): string | null {
  if (!URL.canParse(verificationUri)) return null;
  const page = new URL(verificationUri);
  page.hash = '';
  for (const [name, value] of [...page.searchParams]) {
    if (!/^(true|false)$/.test(value)) page.searchParams.delete(name);
  }
  const bare = bareText(decoded(page.href));
  return [userCode, deviceCode.reveal()].some((code) => bare.includes(bareText(code))) ? null : page.href;
}

/** Letters and digits only: a code is the same with hyphens and in small letters. */
const bareText = (text: string): string => text.replace(/[^A-Za-z0-9]/g, '').toLowerCase();

function decoded(url: string): string {
  try {
    return decodeURIComponent(url);
  } catch {
    return url; // a stray per cent sign: the code would stand there as it is
  }
}
