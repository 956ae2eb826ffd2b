import { expect, test } from 'vitest';
import { type Count, type LoginAudit, openLoginAudit } from './login-audit.ts';

const APP = 'app';

type Step = 'sent' | 'read' | 'unread' | 'served' | 'killed' | 'killed late';

/** A vault with one answer in its hands, which dies when a second one was on its way and comes back. */
function comeBack(steps: readonly Step[], token: string): { count: Count; askedWith: string } {
  const audit: LoginAudit = openLoginAudit(1);
  audit.renewed('r0', audit.asks('r0', APP), { access: 'a1', refresh: 'r1' });
  const login = audit.renewed('r1', audit.asks('r1', APP), { access: 'a2', refresh: 'r2' });
  const does: Record<Step, () => void> = {
    sent: () => audit.sent(login, 1_000),
    read: () => audit.closed(login, false),
    unread: () => audit.closed(login, true),
    served: () => audit.served('a2', { clientId: APP, userId: '1' }),
    killed: () => audit.killed(1_010),
    'killed late': () => audit.killed(7_000),
  };
  for (const step of steps) does[step]();
  return { askedWith: audit.asks(token, APP), count: audit.count };
}

test.each<[string, Step[], string, Partial<Count>]>([
  ['with the newest token has lost nothing', ['sent', 'read', 'killed'], 'r2', {}],
  ['and was never sent the answer', ['killed'], 'r1', { neverArrived: 1 }],
  ['and had not read the answer', ['sent', 'unread', 'killed'], 'r1', { neverArrived: 1 }],
  ['and had read it just now', ['sent', 'read', 'killed'], 'r1', { unsaved: 1, unsavedMs: 10 }],
])('a vault that comes back %s goes on', (_name, steps, token, counted) => {
  const { count, askedWith } = comeBack(steps, token);
  expect(askedWith).toBe('r2');
  const nothing = { kills: 1, refreshes: 2, neverArrived: 0, unsaved: 0, unsavedMs: 0, lost: [] };
  expect(count).toEqual({ ...nothing, ...counted });
});

test.each<[string, Step[], string]>([
  ['served, then forgotten', ['sent', 'read', 'served', 'killed'], 'r1'],
  ['served although unread', ['sent', 'unread', 'served', 'killed'], 'r1'],
  ['not saved in seconds', ['sent', 'read', 'killed late'], 'r1'],
  ['older than the last', ['sent', 'read', 'killed'], 'r0'],
  ['used twice in one run', ['sent'], 'r1'],
  ['never handed out', ['sent', 'read', 'killed'], 'another'],
])('tokens %s are a lost login', (_name, steps, token) => {
  expect(comeBack(steps, token).count.lost).toHaveLength(1);
});

const [LUNA, MAX] = ['1', '2'];

/** Two logins of an application and one of another, renewed once: the access tokens are a, b and c. */
function threeLogins(): LoginAudit {
  const audit = openLoginAudit(3);
  for (const [name, app] of [
    ['a', APP],
    ['b', APP],
    ['c', 'another'],
  ] as const)
    audit.renewed(name, audit.asks(name, app), { access: name, refresh: `${name}2` });
  audit.served('a', { clientId: APP, userId: LUNA });
  audit.served('c', { clientId: 'another', userId: LUNA });
  return audit;
}

test('one person’s logins for two applications are two', () => {
  const audit = threeLogins();
  audit.served('b', { clientId: APP, userId: MAX });
  audit.asks('a2', APP);
  audit.asks('c2', 'another');
  expect(audit.count.lost).toEqual([]);
});

test.each<[string, (audit: LoginAudit) => void]>([
  ['a token of another application', (audit) => audit.served('c', { clientId: APP, userId: LUNA })],
  ['a token of somebody else', (audit) => audit.served('a', { clientId: APP, userId: MAX })],
  ['two logins as one', (audit) => audit.served('b', { clientId: APP, userId: LUNA })],
  ['a refresh token of another application', (audit) => audit.asks('c2', APP)],
])('%s is a login gone wrong', (_name, mix) => {
  const audit = threeLogins();
  mix(audit);
  expect(audit.count.lost.length).toBeGreaterThan(0);
});
