import { once } from 'node:events';
import { createServer, type Socket } from 'node:net';
import { proof } from '../../support/test-bot.ts';

/** A program that sits where the vault should. */
export interface Squatter {
  /** Every line it was told. */
  readonly recorded: string[];
  close(): Promise<void>;
}

const NONCE = 'Xl5eXl5eXl5eXl5eXl5eXg';

/** What it may try as the vault's proof, which it can't compute. */
export const WRONG_PROOFS: Record<string, (clientNonce: string) => string | undefined> = {
  'a wrong proof': () => 'x'.repeat(43),
  'no proof': () => undefined,
  'a proof with a key of its own': (nonce) => proof('server', 'A'.repeat(43), nonce, NONCE),
  'the nonce sent back': (nonce) => nonce,
};

/** Takes calls at `path` and answers each hello with that proof. */
export async function startSquatter(
  path: string,
  prove: (clientNonce: string) => string | undefined,
): Promise<Squatter> {
  const recorded: string[] = [];
  const sockets = new Set<Socket>();
  const server = createServer((socket) => {
    sockets.add(socket);
    socket.on('error', () => {});
    socket.setEncoding('utf8').on('data', (text: string) => {
      const lines = text.split('\n').filter((line) => line !== '');
      recorded.push(...lines);
      const { id, params } = JSON.parse(lines[0] ?? '') as { id: number; params: { nonce: string } };
      const server = { name: 'castkey', version: '1' };
      const result = { protocol: 1, server, nonce: NONCE, proof: prove(params.nonce), paired: true };
      socket.write(`${JSON.stringify({ jsonrpc: '2.0', id, result })}\n`);
    });
  });
  server.listen(path);
  await once(server, 'listening');
  return {
    recorded,
    async close() {
      for (const socket of sockets) socket.destroy();
      server.close();
      await once(server, 'close');
    },
  };
}
