import { createServer, request } from 'node:http';
import type { AddressInfo } from 'node:net';
import { connect } from 'node:net';
import { networkInterfaces } from 'node:os';
import { expect, onTestFinished, test } from 'vitest';
import { startSandbox } from '../../../../sandbox/server.ts';
import { PUBLIC, startFixture } from '../sandbox-fixture.ts';

function statusFor(port: number, host: string, address = '127.0.0.1'): Promise<number | undefined> {
  return new Promise((resolve, reject) => {
    request({ host: address, port, path: '/', headers: { host } }, (response) => {
      response.resume();
      resolve(response.statusCode);
    })
      .once('error', reject)
      .end();
  });
}

test('answers to its own names only, so that no web page gets in by DNS rebinding', async () => {
  const { sandbox } = await startFixture();
  const { port } = sandbox;
  for (const name of [`127.0.0.1:${port}`, `localhost:${port}`, `[::1]:${port}`]) {
    expect(await statusFor(port, name)).toBe(200);
  }
  for (const name of [
    `evil.example:${port}`,
    'localhost',
    `localhost:${port + 1}`,
    `localhost.evil.example:${port}`,
  ]) {
    expect(await statusFor(port, name)).toBe(421);
  }
});

const hasIpv6 = Object.values(networkInterfaces())
  .flat()
  .some((each) => each?.address === '::1');

test.runIf(hasIpv6)('listens on ::1 too', async () => {
  const { sandbox } = await startFixture();
  expect(await statusFor(sandbox.port, `localhost:${sandbox.port}`, '::1')).toBe(200);
});

test('is not on any other address', async () => {
  const { sandbox } = await startFixture();
  const outside = Object.values(networkInterfaces())
    .flat()
    .filter((each) => each !== undefined && !each.internal && each.family === 'IPv4');
  const addresses = ['127.0.0.2', ...outside.map((each) => each?.address ?? '')];
  for (const address of addresses) {
    await expect(statusFor(sandbox.port, `localhost:${sandbox.port}`, address)).rejects.toThrow(
      /ECONNREFUSED|EADDRNOTAVAIL/,
    );
  }
});

test('says when its port is taken', async () => {
  const { sandbox } = await startFixture();
  await expect(startSandbox({ port: sandbox.port })).rejects.toThrow('EADDRINUSE');
});

test.runIf(hasIpv6)('does not share `localhost` with a stranger on ::1', async () => {
  const stranger = createServer();
  await new Promise<void>((resolve) => stranger.listen({ host: '::1', port: 0 }, resolve));
  onTestFinished(() => void stranger.close());
  const { port } = stranger.address() as AddressInfo;
  await expect(startSandbox({ port })).rejects.toThrow('EADDRINUSE');
  // And the half that could be opened was closed again.
  expect(await refusedOn(port)).toBe(true);
});

function refusedOn(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect({ host: '127.0.0.1', port });
    socket.once('error', () => resolve(true));
    socket.once('connect', () => {
      socket.destroy();
      resolve(false);
    });
  });
}

test('refuses a body beyond 64 KiB, and a body of nonsense', async () => {
  const fixture = await startFixture();
  const long = await fixture.post('/oauth2/device', { ...PUBLIC, scopes: 'x'.repeat(65_536) });
  expect(long.status).toBe(413);
  expect((await fixture.send('/oauth2/device', 'nonsense')).body?.message).toBe('missing client id');
});
