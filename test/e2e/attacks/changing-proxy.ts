/** Stands between Castkey and its Twitch, and changes answers on the way. */
import { createServer, type IncomingMessage, request, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';

export interface ChangingProxy {
  /** What Castkey takes for its Twitch. */
  url: string;
  /** The real stand-in; to be set before anything is asked. */
  target: string;
  /** Puts these fields into the answers of a path; null leaves them as they are. */
  change: { path: string; fields: Record<string, unknown> } | null;
  close(): void;
}

export async function openChangingProxy(): Promise<ChangingProxy> {
  const server = createServer((asked, answer) => pass(proxy, asked, answer));
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  const proxy: ChangingProxy = {
    url: `http://127.0.0.1:${port}`,
    target: '',
    change: null,
    close() {
      server.close();
      server.closeAllConnections();
    },
  };
  return proxy;
}

function pass(proxy: ChangingProxy, asked: IncomingMessage, answer: ServerResponse): void {
  const { method, url = '/' } = asked;
  const headers = { ...asked.headers, host: new URL(proxy.target).host }; // it answers to no other name
  const onward = request(
    new URL(url, proxy.target),
    { ...(method && { method }), headers },
    async (reply) => {
      const parts: Buffer[] = [];
      for await (const part of reply) parts.push(part as Buffer);
      const { 'content-length': _length, 'transfer-encoding': _encoding, ...kept } = reply.headers;
      answer.writeHead(reply.statusCode ?? 502, kept);
      answer.end(changed(proxy, url, Buffer.concat(parts)));
    },
  );
  onward.on('error', () => answer.destroy());
  asked.pipe(onward);
}

function changed({ change, target, url: here }: ChangingProxy, url: string, body: Buffer): string {
  const text = body.toString().replaceAll(target, here);
  if (change === null || !url.startsWith(change.path)) return text;
  return JSON.stringify({ ...(JSON.parse(text) as object), ...change.fields });
}
