/**
 * Runs in a network namespace of its own, where this computer is all there is: answers every name with it, is
 * Twitch on port 443, and writes down who was asked for. Arguments: a folder with `key.pem` and `cert.pem` for
 * Twitch, then a command. Prints what it heard once that has ended, or once the sign says so, which is a file in
 * the folder called `enough`.
 */
import { spawn } from 'node:child_process';
import { createSocket } from 'node:dgram';
import { once } from 'node:events';
import { existsSync, readFileSync } from 'node:fs';
import { createServer } from 'node:https';
import { join } from 'node:path';

const [folder = '', program = '', ...args] = process.argv.slice(2);
const heard = { names: [], requests: [], output: '' };

/** Answers an A question with 127.0.0.1, any other with nothing (RFC 1035, section 4). */
function answer(question) {
  const labels = [];
  let at = 12;
  for (let length = question[at]; length > 0; length = question[at]) {
    labels.push(question.toString('latin1', at + 1, at + 1 + length));
    at += length + 1;
  }
  heard.names.push(labels.join('.'));
  const isA = question.readUInt16BE(at + 1) === 1;
  const head = Buffer.from([question[0], question[1], 0x81, 0x80, 0, 1, 0, isA ? 1 : 0, 0, 0, 0, 0]);
  const found = isA ? [0xc0, 12, 0, 1, 0, 1, 0, 0, 0, 60, 0, 4, 127, 0, 0, 1] : [];
  return Buffer.concat([head, question.subarray(12, at + 5), Buffer.from(found)]);
}

const names = createSocket('udp4');
names.on('message', (question, from) => names.send(answer(question), from.port, from.address));
names.bind(53, '127.0.0.1');
await once(names, 'listening');

const credentials = {
  key: readFileSync(join(folder, 'key.pem')),
  cert: readFileSync(join(folder, 'cert.pem')),
};
const twitch = createServer(credentials, (request, response) => {
  heard.requests.push(`${request.headers.host}${request.url}`);
  response.writeHead(401, { 'content-type': 'application/json' }).end('{"status":401}');
});
// Whoever it was meant for, a connection that comes to nothing is told of, too.
twitch.on('tlsClientError', (_error, socket) =>
  heard.requests.push(`refused: ${socket.servername ?? 'nobody'}`),
);
twitch.listen(443, '127.0.0.1');
await once(twitch, 'listening');

const child = spawn(program, args, { stdio: ['ignore', 'pipe', 'pipe'] });
for (const stream of [child.stdout, child.stderr]) stream.on('data', (chunk) => (heard.output += chunk));
const looking = setInterval(() => {
  if (existsSync(join(folder, 'enough'))) child.kill('SIGTERM');
}, 50);
await once(child, 'close');
clearInterval(looking);
process.stdout.write(JSON.stringify(heard));
process.exit(0);
