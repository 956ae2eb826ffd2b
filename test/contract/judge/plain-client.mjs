// A client in one file, written from docs/protocol.md alone. BREAK names the rule it breaks, for the judge to
// find.
import { createHmac, randomBytes, timingSafeEqual } from 'node:crypto';
import { readFileSync, statSync, writeFileSync } from 'node:fs';
import { connect } from 'node:net';

const breaks = (rule) => process.env.BREAK === rule;
const {
  CASTKEY_SOCKET: path,
  CASTKEY_KEY_FILE: keyFile,
  CASTKEY_NAME: name,
  CASTKEY_TEST_USER: user,
} = process.env;

function fail(code) {
  const where = breaks('errors on the output') ? process.stdout : process.stderr;
  where.write(`${breaks('no code') ? 'something went wrong' : code}\n`, () =>
    process.exit(breaks('exits with 0') ? 0 : 1),
  );
  return new Promise(() => {});
}

function readKey() {
  let text;
  try {
    text = readFileSync(keyFile, 'utf8');
  } catch {
    return undefined;
  }
  if (statSync(keyFile).mode & 0o077 && !breaks('uses a shared key file'))
    return fail('key-file: others can read it');
  try {
    const { keyId, key, hex } = JSON.parse(text);
    return { keyId, key: key ? Buffer.from(key, 'base64url') : Buffer.from(hex, 'hex') };
  } catch {
    return breaks('pairs over a damaged file') ? undefined : fail('key-file: damaged');
  }
}

function writeKey({ keyId, key }) {
  const form = breaks('another key form')
    ? { keyId, hex: Buffer.from(key, 'base64url').toString('hex') }
    : { version: 1, name, keyId, key };
  writeFileSync(keyFile, JSON.stringify(form), { mode: breaks('a public key file') ? 0o644 : 0o600 });
}

const waiting = new Map();
const socket = connect(path);
socket.on('error', () => fail('vault-not-running'));
socket.on('close', () => (breaks('waits for ever') ? setInterval(() => {}, 1000) : fail('connection-lost')));
let held = Buffer.alloc(0);
socket.on('data', (chunk) => {
  held = breaks('a chunk is a line') ? chunk : Buffer.concat([held, chunk]);
  for (let end = held.indexOf(10); end >= 0; end = held.indexOf(10)) {
    if (end >= (breaks('short lines') ? 32_768 : 65_536) && !breaks('long lines')) return fail('too-large');
    const line = held.subarray(0, end);
    held = held.subarray(end + 1);
    take(line);
  }
});

function take(bytes) {
  let message;
  try {
    message = JSON.parse(new TextDecoder('utf-8', { fatal: !breaks('loose UTF-8') }).decode(bytes));
  } catch {
    return breaks('skips bad lines') ? undefined : fail('connection-lost: no JSON');
  }
  if (message.method !== undefined && !breaks('knows every event')) return undefined;
  if (message.method !== undefined && message.params.type !== 'vault.locked')
    return fail('what is that event?');
  const settle = breaks('any answer will do') ? [...waiting.values()][0] : waiting.get(message.id);
  waiting.delete(message.id);
  return settle?.(message);
}

let lastId = 0;
async function ask(method, params) {
  lastId += breaks('one id for all') ? 0 : 1;
  const id = lastId;
  const answer = new Promise((resolve) => waiting.set(id, resolve));
  const shown = breaks('no ids') && method === 'subscribe' ? {} : { id };
  socket.write(`${JSON.stringify({ jsonrpc: '2.0', ...shown, method, params })}\n`);
  if (breaks('no ids') && method === 'subscribe') return undefined;
  const { result, error } = await answer;
  return error ? fail(error.data?.code ?? 'bad-request') : result;
}

const proof = (side, key, C, S) =>
  createHmac('sha256', key).update(`castkey1:${side}:${C}:${S}`).digest('base64url');
const same = (a, b = '') => a.length === b.length && timingSafeEqual(Buffer.from(a), Buffer.from(b));

const key = await readKey();
const nonce = breaks('one nonce for all')
  ? 'A'.repeat(22)
  : randomBytes(breaks('a short nonce') ? 8 : 24).toString('base64url');
const client = { name: breaks('no name') ? '' : name };
const hello = await ask('hello', { protocol: 1, client, nonce, ...(key && { keyId: key.keyId }) });
if (hello.protocol !== 1 && !breaks('any protocol')) await fail('unsupported-protocol');
if (!/^[\w-]{22,86}$/.test(hello.nonce) && !breaks('any nonce')) await fail('vault-unproven');
if (key && hello.paired && !breaks('always pairs')) {
  const expected = [proof('server', key.key, nonce, hello.nonce)];
  if (breaks('either proof')) expected.push(proof('client', key.key, nonce, hello.nonce));
  const proven =
    expected.some((one) => same(one, hello.proof)) || (breaks('no proof needed') && !hello.proof);
  if (!proven && !breaks('any proof')) await fail('vault-unproven');
  await ask('authenticate', { proof: proof('client', key.key, nonce, hello.nonce) });
} else if (key && !hello.paired && !breaks('loses its key')) await fail('not-paired');
else writeKey(await ask('pair', { wants: [{ user, scopes: [['chat:read']] }] }));
const { users } = (await ask('subscribe', {})) ?? {};
if (breaks('needs a state') && !users) await fail('internal');
if (breaks('one part is all') && !users?.some((one) => one.userId === user)) await fail('unknown-user');
if (breaks('shows its key')) process.stderr.write(`${JSON.parse(readFileSync(keyFile, 'utf8')).key}\n`);
const scopeSets = breaks('no scope') ? [] : [['chat:read']];
const token = await ask('getAccessTokenForUser', { user: breaks('another user') ? '1' : user, scopeSets });
if (token === null) await fail(breaks('null is no error') ? 'nothing' : 'unknown-user');
if (
  !breaks('hands on anything') &&
  ![token.accessToken, token.clientId, ...token.scope].every((text) => /^[!-~]{1,1024}$/.test(text))
)
  await fail('internal');
if (breaks('chatty')) process.stdout.write('your token:\n');
if (breaks('shows the token')) process.stderr.write(`${token.accessToken}\n`);
process.stdout.write(`${token.accessToken}\n`, () => process.exit(0));
