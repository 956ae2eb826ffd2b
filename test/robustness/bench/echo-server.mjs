// The least a server can do: answers each line with one as long as a token's. Started by socket.bench.mjs.
import { mkdtempSync, rmSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

const folder = mkdtempSync(join(tmpdir(), 'ck-'));
const path = join(folder, 's');
const RESULT = { accessToken: 'x'.repeat(30), clientId: 'y'.repeat(60), more: 'z'.repeat(90) };

const server = createServer((socket) => {
  let rest = '';
  socket.on('error', () => {});
  socket.setEncoding('utf8').on('data', (text) => {
    const lines = (rest + text).split('\n');
    rest = lines.pop();
    for (const line of lines)
      socket.write(`${JSON.stringify({ jsonrpc: '2.0', id: JSON.parse(line).id, result: RESULT })}\n`);
  });
});
server.listen(path, () => process.send({ path }));
process.on('exit', () => rmSync(folder, { recursive: true, force: true }));
process.on('message', () => process.exit(0));
process.on('disconnect', () => process.exit(0));
