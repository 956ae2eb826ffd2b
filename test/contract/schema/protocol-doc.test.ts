import { readFile } from 'node:fs/promises';
import { beforeAll, describe, expect, it } from 'vitest';
import { proofOf } from '../../../clients/javascript/src/proof.ts';
import { RESULT_READERS } from '../../../clients/javascript/src/read-results.ts';
import { LIMITS, WIRE_ERROR_CODES } from '../../../shared/protocol.ts';

describe('docs/protocol.md', () => {
  let text = '';
  beforeAll(async () => {
    text = await readFile(new URL('../../../docs/protocol.md', import.meta.url), 'utf8');
  });

  it('has a true example of the handshake', () => {
    const key = Buffer.from(Array.from({ length: 32 }, (_, index) => index));
    const client = Buffer.alloc(16, 0xc1).toString('base64url');
    const server = Buffer.alloc(16, 0x5e).toString('base64url');
    const proofs = [proofOf('server', key, client, server), proofOf('client', key, client, server)];
    expect(proofs).toEqual([
      'gmh_GGC60hBiWW7_tzL3xfrlFnNEvpQm3sGfmcTDXOc',
      'v2x5uGJR_fhpI3GFKYcnsfXf_0NiLjzjoS8spJwxiFw',
    ]);
    for (const value of [key.toString('base64url'), client, server, ...proofs]) {
      expect(text).toContain(`| \`${value}\` |`);
    }
    const lines = [...text.matchAll(/^[→←] (\{.*"id":[12],.*\})$/gm)].map(([, line]) =>
      JSON.parse(line ?? ''),
    );
    expect(lines).toMatchObject([
      { method: 'hello', params: { nonce: client } },
      { result: { nonce: server, proof: proofs[0] } },
      { method: 'authenticate', params: { proof: proofs[1] } },
      { result: { users: [] } },
    ]);
  });

  it.each(Object.keys(RESULT_READERS))('tells of the method %s', (method) => {
    expect(text).toMatch(new RegExp(`^(?:### ${method}$|\\| \`${method}\` \\|)`, 'm'));
  });

  it.each(WIRE_ERROR_CODES)('tells of the error %s', (code) => {
    expect(text).toMatch(new RegExp(`^\\| (?:\`[a-z-]+\`, )?\`${code}\``, 'm'));
  });

  it('gives the limits of the code', () => {
    const limits = text.slice(text.indexOf('## 8. Limits'));
    for (const limit of [
      LIMITS.connections,
      LIMITS.connectionsPerBot,
      LIMITS.requestsInFlight,
      LIMITS.eventQueue,
    ]) {
      expect(limits).toContain(` ${limit} `.trimEnd());
    }
    expect(limits).toContain(LIMITS.lineBytes.toLocaleString('en'));
    expect(limits).toContain(
      `${LIMITS.timeoutMs.default / 1000} s unless told, ${LIMITS.timeoutMs.max / 1000} s`,
    );
  });
});
