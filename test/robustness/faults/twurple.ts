/** The same faults on the provider that bots use without Castkey. */
import { RefreshingAuthProvider } from '@twurple/auth';
import {
  SANDBOX_CONFIDENTIAL_CLIENT,
  SANDBOX_PUBLIC_CLIENT,
  type Sandbox,
  startSandbox,
} from '../../../sandbox/server.ts';
import { LUNA } from '../../support/people.ts';
import type { FaultRow } from './fault-rows.ts';

interface Pair {
  access_token: string;
  refresh_token: string;
}

async function post(twitch: Sandbox, path: string, fields: Record<string, string>): Promise<unknown> {
  const init = { method: 'POST', body: new URLSearchParams(fields) };
  return (await fetch(`${twitch.url}/oauth2/${path}`, init)).json();
}

/** Signs in by device code, as a bot of its own would. */
async function signIn(twitch: Sandbox, clientId: string): Promise<Pair> {
  const scopes = 'chat:read';
  const code = (await post(twitch, 'device', { client_id: clientId, scopes })) as Record<string, string>;
  twitch.control.approveDevice(code.user_code ?? '', LUNA);
  const grant_type = 'urn:ietf:params:oauth:grant-type:device_code';
  const fields = { client_id: clientId, scopes, grant_type, device_code: code.device_code ?? '' };
  return (await post(twitch, 'token', fields)) as Pair;
}

/**
 * What Twurple's provider does once a fault on an expired token is over. It has no time limit: hangs are not
 * tried.
 */
export async function twurpleAfter({ effect, client, times, detour }: FaultRow): Promise<string> {
  if (effect === undefined && detour !== undefined) return 'not tried';
  if (effect?.kind === 'hang') return 'not tried: waits for ever';
  const twitch = await startSandbox();
  try {
    const application = client === undefined ? SANDBOX_PUBLIC_CLIENT : SANDBOX_CONFIDENTIAL_CLIENT;
    const pair = await signIn(twitch, application.clientId);
    process.env.TWURPLE_MOCK_API_PORT = String(twitch.port);
    const provider = new RefreshingAuthProvider(application);
    const { access_token: accessToken, refresh_token: refreshToken } = pair;
    const over = { accessToken, refreshToken, scope: ['chat:read'], expiresIn: 1, obtainmentTimestamp: 1 };
    provider.addUser(LUNA, over);
    if (effect) twitch.control.addFault({ path: '/oauth2/token', times: times ?? 'all', effect });
    await provider.getAccessTokenForUser(LUNA).catch(() => null);
    twitch.control.clearFaults();
    return await provider.getAccessTokenForUser(LUNA).then(
      (token) => (token?.accessToken ? 'goes on' : 'user lost'),
      (error: Error) => `user lost (${error.constructor.name})`,
    );
  } finally {
    delete process.env.TWURPLE_MOCK_API_PORT;
    await twitch.close();
  }
}
