import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { chmodSync, copyFileSync, readFileSync, realpathSync, writeFileSync } from 'node:fs';
import { connect, createServer } from 'node:net';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { createPeerLookup, NOBODY } from '../../../electron/adapters/socket/peer.ts';
import { sha256 } from '../../support/sha256.ts';
import { quiet, shareSite } from './socket-fixture.ts';

const asRoot = process.getuid?.() === 0;

const site = shareSite();
const { open: openHouse } = site;

describe.runIf(process.platform === 'linux')('who connects', () => {
  it('is told by the system: program, script, parent', async () => {
    const house = await openHouse({ describe: await createPeerLookup(quiet) });
    const script = join(site.root, 'bot.cjs');
    writeFileSync(script, `require('node:net').connect(process.argv[2]).resume()`);
    const arrival = house.arrival();
    const bot = spawn(process.execPath, ['--no-warnings', 'bot.cjs', site.path], { cwd: site.root });
    const { pipe } = await arrival;
    expect(pipe.peer).toEqual({
      pid: bot.pid,
      uid: process.getuid?.(),
      program: process.execPath,
      script: realpathSync(script),
      parent: process.execPath,
      interpreter: true,
      relay: false,
    });
    expect(await pipe.fingerprint()).toBe(sha256(readFileSync(script)));
    bot.kill();
  });

  it('is turned away when it is another user', async (context) => {
    if (!asRoot) context.skip('only root can become another user');
    const house = await openHouse({ describe: await createPeerLookup(quiet), ownFolder: false });
    chmodSync(site.root, 0o755);
    chmodSync(site.path, 0o666);
    const script = `require('node:net').connect(${JSON.stringify(site.path)}).on('close', () => process.exit(7)).resume()`;
    const stranger = spawn('setpriv', ['--reuid=65534', '--clear-groups', process.execPath, '-e', script]);
    expect((await once(stranger, 'exit'))[0]).toBe(7);
    expect(house.guests).toEqual([]);
    expect(house.refused).toMatchObject([{ uid: 65_534 }]);
  });

  it('through a program that forwards is told as that program', async () => {
    const house = await openHouse({ describe: await createPeerLookup(quiet) });
    const forwarder = join(site.root, 'socat');
    copyFileSync(process.execPath, forwarder);
    const arrival = house.arrival();
    const script = `require('node:net').connect(${JSON.stringify(site.path)}).resume()`;
    const relay = spawn(forwarder, ['-e', script]);
    const { pipe } = await arrival;
    expect(pipe.peer).toMatchObject({ program: realpathSync(forwarder), relay: true, interpreter: false });
    expect(await pipe.fingerprint()).toBeNull();
    relay.kill();
    await once(relay, 'exit');
  });

  it('is nobody when the system can’t be asked, and is let in all the same', async () => {
    const lookup = await createPeerLookup(quiet);
    const server = createServer();
    site.opened.push(server);
    expect(lookup(connect(join(site.root, 'nowhere')).on('error', () => {}))).toEqual(NOBODY);
  });
});
