import { describe, expect, it } from 'vitest';
import { appProblems } from '../../../../../renderer/main/applications/application-form.tsx';

describe('a Twitch application as typed', () => {
  it.each([
    ['', 'public', '', 'clientId'],
    ['two words', 'public', '', 'clientId'],
    ['https://dev.twitch.tv', 'public', '', 'clientId'],
    ['abc123', 'confidential', '', 'secret'],
  ] as const)('refuses client ID %j, %s, secret %j', (id, kind, secret, field) => {
    expect(appProblems(id, kind, secret)[field]).not.toBe('');
  });

  it('takes a public application without a secret and a confidential one with', () => {
    expect(appProblems('abc123', 'public', '')).toEqual({ clientId: '', secret: '' });
    expect(appProblems('abc123', 'confidential', 'x')).toEqual({ clientId: '', secret: '' });
  });
});
