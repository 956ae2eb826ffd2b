/** A desktop's tray, as far as Castkey can see: it lives on the session bus, and its hand clicks menus. */
import dbus, { type Message as BusMessage, type Variant } from 'dbus-next';
import { vi } from 'vitest';

const WATCHER = 'org.kde.StatusNotifierWatcher';
const ITEM = 'org.kde.StatusNotifierItem';
const MENU = 'com.canonical.dbusmenu';
const PROPERTIES = 'org.freedesktop.DBus.Properties';

/** A menu as a person reads it: an entry, or a name with a menu of its own. Lines are left out. */
export type MenuText = (string | [string, MenuText])[];

export interface Tray {
  /** What the menu of the program with this process id says now; throws while it has no icon. */
  menu(pid: number): Promise<MenuText>;
  /** Clicks the entry that is reached through these names, waited for. */
  click(pid: number, ...path: string[]): Promise<void>;
  close(): void;
}

/** `(ia{sv}av)`: id, properties, children. */
type Layout = [number, Record<string, Variant<unknown>>, Variant<Layout>[]];
type Bus = ReturnType<typeof dbus.sessionBus>;

/** Becomes the session's tray. Programs look for one when they start, so first this, then they. */
export async function openTray(): Promise<Tray> {
  const bus = dbus.sessionBus();
  const items = new Set<string>();
  bus.addMethodHandler((message: BusMessage) => answer(bus, items, message));
  const DO_NOT_QUEUE = 4;
  const owned = await bus.requestName(WATCHER, DO_NOT_QUEUE);
  if (owned !== 1) throw new Error('this session has a tray already');
  const layoutOf = (pid: number): Promise<Layout> => readLayout(bus, items, pid);
  return {
    menu: async (pid) => text(await layoutOf(pid)),
    click: async (pid, ...path) => {
      const id = await vi.waitFor(async () => find(await layoutOf(pid), path), { timeout: 10_000 });
      const { service, menu } = await place(bus, items, pid);
      const clicked = [id, 'clicked', new dbus.Variant('s', ''), 0];
      await call(
        bus,
        { destination: service, path: menu, interface: MENU, member: 'Event' },
        'isvu',
        clicked,
      );
    },
    close: () => bus.disconnect(),
  };
}

/** Plays org.kde.StatusNotifierWatcher; true when the message was for it. */
function answer(bus: Bus, items: Set<string>, message: BusMessage): boolean {
  const reply = (signature: string, body: unknown[]): boolean => {
    bus.send(dbus.Message.newMethodReturn(message, signature, body));
    return true;
  };
  if (message.interface === WATCHER && message.member === 'RegisterStatusNotifierItem') {
    items.add(message.sender);
    return reply('', []);
  }
  if (message.interface === PROPERTIES && message.member === 'Get') {
    const hasHost = message.body[1] === 'IsStatusNotifierHostRegistered';
    return reply('v', [new dbus.Variant('b', hasHost)]);
  }
  return false;
}

type Address = { destination: string; path: string; interface: string; member: string };

async function call(bus: Bus, to: Address, signature: string, body: unknown[]): Promise<unknown[]> {
  const answered = await bus.call(new dbus.Message({ ...to, signature, body }));
  return answered?.body ?? [];
}

async function pidOf(bus: Bus, service: string): Promise<unknown> {
  const [interfaceName, path] = ['org.freedesktop.DBus', '/org/freedesktop/DBus'];
  const to = {
    destination: interfaceName,
    path,
    interface: interfaceName,
    member: 'GetConnectionUnixProcessID',
  };
  // A program that has ended has no process id any more.
  const [pid] = await call(bus, to, 's', [service]).catch(() => []);
  return pid;
}

async function place(bus: Bus, items: Set<string>, pid: number): Promise<{ service: string; menu: string }> {
  const pids = await Promise.all([...items].map(async (item) => ({ item, pid: await pidOf(bus, item) })));
  const service = pids.find((one) => one.pid === pid)?.item;
  if (service === undefined) throw new Error('it has no icon in the tray');
  const to = { destination: service, path: '/StatusNotifierItem', interface: PROPERTIES, member: 'Get' };
  const [menu] = await call(bus, to, 'ss', [ITEM, 'Menu']);
  return { service, menu: (menu as Variant<string>).value };
}

async function readLayout(bus: Bus, items: Set<string>, pid: number): Promise<Layout> {
  const { service, menu } = await place(bus, items, pid);
  const to = { destination: service, path: menu, interface: MENU, member: 'GetLayout' };
  const [, layout] = await call(bus, to, 'iias', [0, -1, ['label', 'type']]);
  return layout as Layout;
}

/** In a menu's label one underscore marks the letter that chooses it, and two stand for one. */
function labelOf([, properties]: Layout): string {
  return String(properties.label?.value ?? '').replace(/_(.)/g, '$1');
}

function childrenOf([, , children]: Layout): Layout[] {
  return children.map(({ value }) => value).filter(([, { type }]) => type?.value !== 'separator');
}

function text(layout: Layout): MenuText {
  return childrenOf(layout).map((child) => {
    const inner = text(child);
    return inner.length === 0 ? labelOf(child) : [labelOf(child), inner];
  });
}

function find(layout: Layout, [name, ...rest]: string[]): number {
  if (name === undefined) return layout[0];
  const child = childrenOf(layout).find((one) => labelOf(one) === name);
  if (child === undefined) throw new Error(`the menu has no "${name}": ${JSON.stringify(text(layout))}`);
  return find(child, rest);
}
