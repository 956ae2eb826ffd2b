import { ApiClient } from '@twurple/api';
import type { AuthProvider } from '@twurple/auth';
import { ChatClient } from '@twurple/chat';
import { afterEach, beforeEach, describe, expect, expectTypeOf, it, vi } from 'vitest';
import type { CastkeyAuthProvider } from '../../../clients/javascript/src/index.ts';
import { SANDBOX_PUBLIC_CLIENT, type Sandbox, startSandbox } from '../../../sandbox/server.ts';
import type { WireToken } from '../../../shared/protocol.ts';
import { type ClientFixture, openClientFixture } from '../../support/client-fixture.ts';

const clientId = SANDBOX_PUBLIC_CLIENT.clientId;

describe("Twurple's clients on Castkey", () => {
  let sandbox: Sandbox;
  let fixture: ClientFixture;
  let version = 0;

  beforeEach(async () => {
    sandbox = await startSandbox();
    vi.stubEnv('TWURPLE_MOCK_API_PORT', String(sandbox.port));
    fixture = await openClientFixture();
    const issue = () => issueToken(sandbox);
    fixture.vault.on('getAccessTokenForUser', issue);
    fixture.vault.on('getAnyAccessToken', issue);
    fixture.vault.on('refreshAccessTokenForUser', issue);
    fixture.vault.on('authenticate', () => ({ clientId, hasClientSecret: false, users: [] }));
    fixture.vault.on('pair', () => ({
      keyId: 'k',
      key: Buffer.alloc(32).toString('base64url'),
      clientId,
      hasClientSecret: false,
      users: [],
    }));
  });
  afterEach(async () => {
    vi.unstubAllEnvs();
    await sandbox.close();
  });

  /** A real token of the sandbox, by the device code flow. */
  async function issueToken({ url, control }: Sandbox): Promise<WireToken> {
    const [account] = control.accounts();
    const post = async (path: string, fields: Record<string, string>) => {
      const response = await fetch(`${url}/oauth2/${path}`, {
        method: 'POST',
        body: new URLSearchParams(fields),
      });
      return (await response.json()) as Record<string, string>;
    };
    const scopes = 'user:read:email';
    const { device_code = '', user_code = '' } = await post('device', { client_id: clientId, scopes });
    control.approveDevice(user_code, account?.id ?? '');
    const grant_type = 'urn:ietf:params:oauth:grant-type:device_code';
    const answer = await post('token', { client_id: clientId, scopes, device_code, grant_type });
    version += 1;
    return {
      accessToken: answer.access_token ?? '',
      refreshToken: null,
      scope: ['user:read:email'],
      expiresIn: Number(answer.expires_in),
      obtainmentTimestamp: Date.now(),
      userId: account?.id ?? '',
      clientId,
      version,
    };
  }

  it('take the provider as their own', () => {
    expectTypeOf<CastkeyAuthProvider>().toExtend<AuthProvider>();
    expectTypeOf<CastkeyAuthProvider>().toExtend<Required<AuthProvider>>();
  });

  it('call Helix with one request to the vault', async () => {
    const authProvider = await fixture.connect();
    const api = new ApiClient({ authProvider });
    const [account] = sandbox.control.accounts();
    const users = await Promise.all(
      Array.from({ length: 5 }, () => api.users.getUserById(account?.id ?? '')),
    );
    expect(users.map((user) => user?.name)).toEqual(Array(5).fill(account?.login));
    expect(fixture.vault.count('getAnyAccessToken')).toBe(1);
  });

  it('recover from a token that Twitch refuses', async () => {
    const authProvider = await fixture.connect();
    const api = new ApiClient({ authProvider });
    const [account] = sandbox.control.accounts();
    const id = account?.id ?? '';
    expect((await api.users.getAuthenticatedUser(id)).name).toBe(account?.login);
    sandbox.control.expireTokens();
    expect((await api.users.getAuthenticatedUser(id)).name).toBe(account?.login);
    const refreshes = fixture.vault.asked.filter(({ method }) => method === 'refreshAccessTokenForUser');
    expect(refreshes.map(({ params }) => params)).toMatchObject([
      { user: id, rejected: expect.stringMatching(/^[0-9a-f]{64}$/) },
    ]);
  });

  it('are told of an unknown user by null', async () => {
    fixture.vault.on('getAccessTokenForUser', () => null);
    const api = new ApiClient({ authProvider: await fixture.connect() });
    await expect(api.users.getAuthenticatedUser('999')).rejects.toThrow(/no token was found/i);
  });

  it('chat accepts it, since it knows intents', async () => {
    const authProvider = await fixture.connect();
    expect(new ChatClient({ authProvider, channels: [] }).isConnected).toBe(false);
  });
});
