import Ajv2020 from 'ajv/dist/2020.js';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { SCHEMAS } from '../../../electron/core/protocol/schemas.ts';
import type { WireMethod } from '../../../shared/protocol.ts';
import { buildSchema } from './build-schema.ts';

const long = (length: number): string => 'x'.repeat(length);
const SCOPES = [
  [],
  [[]],
  [['chat:read']],
  [['a'], ['b', 'c']],
  ['chat:read'],
  [['a b']],
  [['']],
  [[long(100)]],
  [[long(101)]],
];
const USERS = ['1', '1001', 'alice', '', 1, '9'.repeat(20), '9'.repeat(21), '1 '];
const INTENTS = ['chat', 'my chat', '', 'a\nb', 7, long(60), long(61), 'ü'];

/** For each field, values on either side of what is allowed. */
const VALUES: Record<string, unknown[]> = {
  protocol: [1, 2, 0.5, '1', null],
  client: [
    { name: 'b' },
    {},
    { name: '' },
    { name: long(64) },
    { name: long(65) },
    { name: 'a\u202eb' },
    { name: 'b', version: long(65) },
    'b',
    [],
  ],
  keyId: ['k1', '', long(64), long(65), 'k 1', null],
  nonce: ['A'.repeat(22), 'A'.repeat(21), 'A'.repeat(86), 'A'.repeat(87), `${'A'.repeat(21)}=`, 5],
  twitchClientId: ['', 'c', long(100), long(101), null],
  proof: ['', 'p', long(200), long(201), 1],
  reason: ['', 'why', long(300), long(301), 'a\nb', {}],
  wants: [
    [],
    [{ user: '1' }],
    [{ intent: 'chat', scopes: [['a']] }],
    [{ user: '1', intent: 'chat' }],
    [{}],
    [{ user: 'x' }],
    {},
    Array(20).fill({ user: '1' }),
    Array(21).fill({ user: '1' }),
  ],
  user: USERS,
  intent: INTENTS,
  scopeSets: [...SCOPES, Array(100).fill(['a']), Array(101).fill(['a']), [Array(21).fill('a')]],
  minValidity: [0, 0.5, 60, 86_400, 86_401, -1, '60', null],
  interactive: ['allow', 'never', 'maybe', true],
  timeoutMs: [1, 600_000, 900_000, 0, -1, 1.5, '5'],
  forceNew: [true, false, 'yes', 0],
  rejected: ['a'.repeat(64), 'A'.repeat(64), 'g'.repeat(64), 'a'.repeat(63), 1],
  later: [1, 'x', {}],
};

const params = fc.record(
  Object.fromEntries(Object.entries(VALUES).map(([name, values]) => [name, fc.constantFrom(...values)])),
  { requiredKeys: [] },
);

describe('the schema of what a client sends', () => {
  const ajv = new Ajv2020({ strictRequired: false }).addSchema({ ...buildSchema(), $id: 'castkey' });

  it.each(Object.keys(SCHEMAS) as WireMethod[])('is what the vault itself checks: %s', (method) => {
    const validate = ajv.getSchema(`castkey#/$defs/${method}.params`);
    const agree = (given: unknown): void => {
      expect([given, validate?.(given)]).toEqual([given, SCHEMAS[method].safeParse(given).success]);
    };
    // Every value alone beside good ones, then any of them together.
    const good = Object.fromEntries(Object.entries(VALUES).map(([name, [first]]) => [name, first]));
    for (const [name, values] of Object.entries(VALUES)) {
      for (const value of values) agree({ ...good, [name]: value });
      const { [name]: _, ...without } = good;
      agree(without);
    }
    fc.assert(fc.property(params, agree), { numRuns: 300 });
    for (const odd of [null, [], 'x', 7]) agree(odd);
  });
});
