import { Notification } from 'electron';

/** Tells by the system's own notifications; a click brings Castkey to the front. Silent where there are none. */
export function createNotifier(onClick: () => void): (message: { title: string; body: string }) => void {
  const shown = new Set<Notification>(); // else they are collected as garbage, clicks and all
  return ({ title, body }) => {
    if (!Notification.isSupported()) return;
    const notification = new Notification({ title, body });
    shown.add(notification);
    notification.on('click', onClick);
    notification.on('close', () => shown.delete(notification));
    notification.show();
  };
}
