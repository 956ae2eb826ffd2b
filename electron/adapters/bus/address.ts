import { existsSync } from 'node:fs';
import { join } from 'node:path';

type Env = Readonly<Record<string, string | undefined>>;

const SYSTEM = '/run/dbus/system_bus_socket';

/** The variables that name the buses, each with the path of its socket (`\0…` for an abstract name). */
export function busPaths(env: Env): { variable: string; path: string }[] {
  const { DBUS_SESSION_BUS_ADDRESS: session, DBUS_SYSTEM_BUS_ADDRESS: system, XDG_RUNTIME_DIR: folder } = env;
  const usual = folder ? join(folder, 'bus') : null;
  const buses = [
    { variable: 'DBUS_SESSION_BUS_ADDRESS', path: session ? readAddress(session) : usual },
    { variable: 'DBUS_SYSTEM_BUS_ADDRESS', path: system ? readAddress(system) : SYSTEM },
  ];
  return buses.flatMap(({ variable, path }) =>
    path !== null && (path.startsWith('\0') || existsSync(path)) ? [{ variable, path }] : [],
  );
}

/** The first address of a list that a program of the same computer listens at. */
export function readAddress(addresses: string): string | null {
  for (const address of addresses.split(';')) {
    const [, kind, value = ''] = /^unix:(?:.*,)?(path|abstract)=([^,]*)/.exec(address) ?? [];
    if (kind === undefined) continue;
    const path = decodeURIComponent(value);
    return kind === 'abstract' ? `\0${path}` : path;
  }
  return null;
}

/** The address of a socket at a path; all but a few characters are escaped (D-Bus specification, "Server Addresses"). */
export const writeAddress = (path: string): string =>
  `unix:path=${path.replaceAll(/[^-0-9A-Za-z_/.\\*]/g, (one) => encodeURIComponent(one))}`;
