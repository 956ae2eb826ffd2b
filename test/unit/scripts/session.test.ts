import { expect, it } from 'vitest';

// By its URL: scripts are plain JavaScript without types.
const script = new URL('../../../scripts/setup/session.mjs', import.meta.url).href;
interface Plan {
  display: boolean;
  bus: boolean;
  keyring: boolean;
}
type Needs = { keyring: boolean; apart?: boolean };
const { planSession } = (await import(script)) as {
  planSession(needs: Needs, env: NodeJS.ProcessEnv, platform: string): Plan;
};

const DESKTOP = { DISPLAY: ':0', DBUS_SESSION_BUS_ADDRESS: 'unix:path=/bus' };
const WAYLAND = { WAYLAND_DISPLAY: 'wayland-0', DBUS_SESSION_BUS_ADDRESS: 'unix:path=/bus' };
const NOTHING = { display: false, bus: false, keyring: false };
const ALL = { display: true, bus: true, keyring: true };

it.each([
  ['a desktop', DESKTOP, { keyring: false }, NOTHING],
  ['a desktop of Wayland', WAYLAND, { keyring: false }, NOTHING],
  ['a desktop, its keychain to be left alone', DESKTOP, { keyring: true }, { ...ALL, display: false }],
  ['a desktop, to be kept away from', DESKTOP, { keyring: true, apart: true }, ALL],
  ['a desktop of Wayland, to be kept away from', WAYLAND, { keyring: true, apart: true }, ALL],
  ['nothing', {}, { keyring: false }, { ...ALL, keyring: false }],
])('on Linux with %s a session has what is missing or wanted', (_where, env, needs, plan) => {
  expect(planSession(needs, env, 'linux')).toEqual(plan);
});

it.each(['darwin', 'win32'])('on %s there is the desktop alone', (platform) => {
  expect(planSession({ keyring: true, apart: true }, {}, platform)).toEqual(NOTHING);
});
