import { describe, expect, it } from 'vitest';
import { readRole } from '../../../../electron/ipc/channels.ts';
import { createPreloadApi } from '../../../../electron/ipc/preload-api.ts';
import { CALLS, WINDOW_ROLES } from '../../../../shared/ipc.ts';
import { createWire } from './ipc-fixture.ts';

describe('the bridge of a window', () => {
  it.each(WINDOW_ROLES)('has the calls of its role and nothing else: %s', (role) => {
    const bridge = createPreloadApi(role, createWire().preload);
    expect(Object.keys(bridge)).toEqual([...CALLS[role], 'onState']);
    expect(Object.isFrozen(bridge)).toBe(true);
  });

  it('passes one argument, whatever it is called with', async () => {
    const wire = createWire();
    const heard: unknown[][] = [];
    wire.host.handle('castkey:main:account.refresh', async (_caller, ...args) => heard.push(args));
    const refresh = createPreloadApi('main', wire.preload)['account.refresh'] as (
      ...args: unknown[]
    ) => Promise<unknown>;
    await refresh({ userId: '1' }, 'more', 'and more');
    expect(heard).toEqual([[{ userId: '1' }]]);
  });

  it('hands state to the page without the event, until told to stop', () => {
    const wire = createWire();
    const heard: unknown[][] = [];
    const stop = createPreloadApi('approval', wire.preload).onState(
      (...args: unknown[]) => void heard.push(args),
    );
    wire.send('approval', 'castkey:approval:state', null);
    expect(heard).toEqual([[null]]);
    stop();
    wire.send('approval', 'castkey:approval:state', null);
    expect(heard).toHaveLength(1);
    expect(wire.listeners('castkey:approval:state')).toBe(0);
  });
});

describe('the role of a preload', () => {
  it.each([
    [['electron', '--castkey-role=main'], 'main'],
    [['electron', '--castkey-role=signIn', '--other'], 'signIn'],
    [['electron'], null],
    [['electron', '--castkey-role='], null],
    [['electron', '--castkey-role=constructor'], null],
    [['electron', '--castkey-role=Main'], null],
  ])('from %j is %s', (argv, role) => {
    expect(readRole(argv)).toBe(role);
  });
});
