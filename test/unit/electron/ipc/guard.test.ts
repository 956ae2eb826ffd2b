import { describe, expect, it } from 'vitest';
import { type IpcSender, isOurWindow } from '../../../../electron/ipc/guard.ts';

const OURS = 7;
const topFrame = { origin: 'castkey://app', parent: null };

describe('a call by IPC', () => {
  it('is trusted from the top frame of the window that has the role', () => {
    expect(isOurWindow({ sender: { id: OURS }, senderFrame: topFrame }, OURS)).toBe(true);
  });

  it.each<[string, IpcSender, number | null]>([
    ['another window', { sender: { id: 8 }, senderFrame: topFrame }, OURS],
    ['any window while the role has none', { sender: { id: OURS }, senderFrame: topFrame }, null],
    ['a frame that is gone', { sender: { id: OURS }, senderFrame: null }, OURS],
    ['a sub-frame', { sender: { id: OURS }, senderFrame: { ...topFrame, parent: topFrame } }, OURS],
    [
      'a Twitch page',
      { sender: { id: OURS }, senderFrame: { origin: 'https://id.twitch.tv', parent: null } },
      OURS,
    ],
    ['a file', { sender: { id: OURS }, senderFrame: { origin: 'file://', parent: null } }, OURS],
    ['an opaque origin', { sender: { id: OURS }, senderFrame: { origin: 'null', parent: null } }, OURS],
    ['an empty origin', { sender: { id: OURS }, senderFrame: { origin: '', parent: null } }, OURS],
    [
      'a longer origin',
      { sender: { id: OURS }, senderFrame: { origin: 'castkey://app.evil', parent: null } },
      OURS,
    ],
    ['another host', { sender: { id: OURS }, senderFrame: { origin: 'castkey://evil', parent: null } }, OURS],
  ])('is refused from %s', (_who, caller, id) => {
    expect(isOurWindow(caller, id)).toBe(false);
  });
});
