import { proofOf, sameProof } from '../../../clients/javascript/src/proof.ts';
import { RESULT_READERS } from '../../../clients/javascript/src/read-results.ts';
import { isNonce, proofOf as vaultProof } from '../../../electron/core/protocol/handshake.ts';
import { SCHEMAS } from '../../../electron/core/protocol/schemas.ts';
import { Secret, sameText } from '../../../electron/core/secret.ts';

const run = (first: number, length: number, step = 1): Buffer =>
  Buffer.from(Array.from({ length }, (_, index) => (first + index * step) & 0xff));
const text = (bytes: Buffer): string => bytes.toString('base64url');

/** Keys and nonces: each length, and bytes whose base64url has both - and _. */
const CASES = [
  ['nonces of 16 bytes', run(0, 32), run(0xc1, 16, 0), run(0x5e, 16, 0)],
  ['nonces of 32 bytes', run(0x80, 32), run(1, 32), run(0x40, 32, 3)],
  ['nonces of 64 bytes', run(0xff, 32, -7), run(0, 64), run(0xff, 64, -1)],
  ['nonces of different lengths', run(0x11, 32, 5), run(9, 16, 11), run(3, 64, 13)],
  [
    '- and _ in key and nonces',
    Buffer.alloc(32, 0xfb),
    Buffer.alloc(16, 0xff),
    Buffer.from('fbefbe'.repeat(8), 'hex'),
  ],
  ['a key of zeros', Buffer.alloc(32), run(0x10, 16), run(0x20, 16)],
  ['a key of ones', Buffer.alloc(32, 0xff), run(0x30, 24), run(0x50, 48)],
] as const;

/** Both ends must agree before a proof is written down. */
function agreed(side: 'client' | 'server', key: Buffer, client: string, server: string): string {
  const ours = proofOf(side, key, client, server);
  if (ours !== vaultProof(side, new Secret(text(key)), client, server))
    throw new Error('the two ends differ');
  return ours;
}

const proofs = () =>
  CASES.map(([name, key, client, server]) => {
    const [clientNonce, serverNonce] = [text(client), text(server)];
    return {
      name,
      key: text(key),
      clientNonce,
      serverNonce,
      serverProof: agreed('server', key, clientNonce, serverNonce),
      clientProof: agreed('client', key, clientNonce, serverNonce),
    };
  });

/** What a client must refuse as the server's proof; each is made from the first case. */
function wrongServerProofs() {
  const [, key, client, server] = CASES[0];
  const [C, S] = [text(client), text(server)];
  const right = agreed('server', key, C, S);
  const other = proofOf('server', key, C, text(run(0x5f, 16, 0)));
  const decoded = proofOf('server', key, client.toString('latin1'), server.toString('latin1'));
  const wrong = {
    'the proof of the client (reflected)': agreed('client', key, C, S),
    'the last character cut off': right.slice(0, -1),
    'padded with =': `${right}=`,
    'in base64 rather than base64url': right.replaceAll('-', '+').replaceAll('_', '/'),
    'in hex': Buffer.from(right, 'base64url').toString('hex'),
    'of another connection': other,
    'the nonces the other way round': proofOf('server', key, S, C),
    'over the decoded nonces': decoded,
    'with the text of the key as the key': proofOf('server', Buffer.from(text(key)), C, S),
    'with another key': proofOf('server', run(1, 32), C, S),
    'no proof but a nonce': S,
    'an empty text': '',
  };
  const refused = Object.entries(wrong).map(([name, proof]) => {
    if (sameProof(right, proof) || sameText(proof, right)) throw new Error(`${name} is taken`);
    return { name, proof };
  });
  return { key: text(key), clientNonce: C, serverNonce: S, refused };
}

/** Which texts are nonces. Both ends are asked: the vault about its client's, the client about the vault's. */
function nonces() {
  const texts: [string, string][] = [
    ['16 bytes', text(run(0, 16))],
    ['64 bytes', text(run(0, 64))],
    ['with - and _', text(Buffer.from('fbff'.repeat(8), 'hex'))],
    ['15 bytes', text(run(0, 15))],
    ['65 bytes', text(run(0, 65))],
    ['padded', `${text(run(0, 16))}==`],
    ['base64 with + and /', 'ab+/'.repeat(6)],
    ['with a colon', `${text(run(0, 16))}:`],
    ['with a line break', `${text(run(0, 16))}\n`],
    ['an empty text', ''],
  ];
  return texts.map(([name, nonce]) => {
    const asked = { protocol: 1, client: { name: 'bot' }, nonce };
    const byVault = SCHEMAS.hello.safeParse(asked).success && isNonce(nonce);
    if (byVault !== clientTakes(nonce)) throw new Error(`the two ends differ about a nonce ${name}`);
    return { name, nonce, valid: byVault };
  });
}

function clientTakes(nonce: string): boolean {
  const server = { name: 'castkey', version: '1' };
  try {
    RESULT_READERS.hello({ protocol: 1, server, nonce, paired: false }, 'result');
    return true;
  } catch {
    return false;
  }
}

/** Proofs, and what is none. */
export const handshakeVectors = () => ({
  proofs: proofs(),
  wrongServerProofs: wrongServerProofs(),
  nonces: nonces(),
});
