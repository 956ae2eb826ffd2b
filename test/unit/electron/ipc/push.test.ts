import { expect, it } from 'vitest';
import { createPush } from '../../../../electron/ipc/push.ts';
import { emptyView } from '../../../support/fake-vault.ts';

it('sends each window its newest state once, however often something changed', () => {
  const sent: [string, string, unknown][] = [];
  const turns: (() => void)[] = [];
  let view = emptyView();
  const states = { main: () => view, approval: () => null, signIn: () => null };
  const changed = createPush(
    states,
    (...args) => void sent.push(args),
    (run) => void turns.push(run),
  );
  changed();
  view = { ...view, seq: 2 };
  changed();
  expect([sent.length, turns.length]).toEqual([0, 1]);
  turns.shift()?.();
  expect(sent).toEqual([
    ['main', 'castkey:main:state', view],
    ['approval', 'castkey:approval:state', null],
    ['signIn', 'castkey:signIn:state', null],
  ]);
  changed();
  expect(turns).toHaveLength(1);
});
