import type { Socket } from 'node:net';

/** Signs in by user, as every D-Bus library does; null when that could not be done. */
export function signIn(bus: Socket, done: (bus: Socket | null) => void): void {
  const failed = (): void => done(null);
  bus.on('error', () => bus.destroy());
  bus.once('close', failed);
  bus.once('data', (piece: Buffer) => {
    if (!piece.toString('latin1').startsWith('OK ')) return void bus.destroy();
    bus.off('close', failed);
    bus.write('BEGIN\r\n');
    done(bus);
  });
  const user = Buffer.from(String(process.getuid?.() ?? 0)).toString('hex');
  bus.write(`\0AUTH EXTERNAL ${user}\r\n`);
}
