import { codeOf, error, type FlawRow, fields, instead, paramsOf } from './flaw.ts';

export const LINE_FLAWS: readonly FlawRow[] = [
  [
    'another code for no JSON',
    instead(
      (a) => fields(a.error).code === -32700,
      (a) => error(a, 'bad-request', -32600),
    ),
    ['refuses what is no JSON, and goes on'],
  ],
  [
    'batches end the connection',
    instead(
      (_a, _r, { bytes }) => bytes.startsWith('[{'),
      () => null,
    ),
    ['refuses what is no request, and goes on'],
  ],
  [
    'notifications end the connection',
    instead(
      (a, _r, { bytes }) => a.id === null && bytes.startsWith('{"jsonrpc":"2.0","method"'),
      () => null,
    ),
    ['refuses a message without id'],
  ],
  [
    'another code for unknown methods',
    instead(
      (a) => fields(a.error).code === -32601,
      (a) => error(a, 'bad-request'),
    ),
    ['refuses an unknown method'],
  ],
  [
    'another code for lists as params',
    instead(
      (_a, r) => Array.isArray(r.params),
      (a) => error(a, 'bad-request', -32600),
    ),
    ['refuses params that are no object'],
  ],
  [
    'strict about fields',
    instead(
      (_a, r) => Array.isArray(fields(paramsOf(r).later).a),
      (a) => error(a, 'bad-request', -32602),
    ),
    ['ignores fields it does not know'],
  ],
  [
    'ids as texts',
    {
      silent: true,
      ...instead(
        (a) => a.id === 0,
        (a) => ({ ...a, id: '0' }),
      ),
    },
    ['gives back the id it was given'],
  ],
  [
    'stumbles over characters cut in two',
    instead(
      (_a, r) => typeof paramsOf(r).later === 'string',
      () => null,
    ),
    ['puts a line together from single bytes'],
  ],
  [
    'one line a piece',
    instead(
      (a, _r, { answers }) => a.id === 'h' && answers.length > 0,
      () => null,
    ),
    ['finds two lines in one piece'],
  ],
  [
    'no carriage returns',
    instead(
      (a, _r, { bytes }) => bytes.includes('\r') && a.id === 'h',
      () => null,
    ),
    ['takes a carriage return before the newline'],
  ],
  [
    'shorter lines',
    instead(
      (a, _r, { bytes }) => bytes.length === 65_536 && a.id === 'h',
      (a) => error(a, 'bad-request'),
    ),
    ['takes a line of 65,536 bytes'],
  ],
  [
    'another code for long lines',
    instead(
      (a, _r, { bytes }) => codeOf(a) === 'too-large' && bytes.includes('{'),
      (a) => error(a, 'bad-request'),
    ),
    ['refuses a line of 65,537 bytes, and hangs up'],
  ],
  [
    'another code for endless lines',
    instead(
      (a, _r, { bytes }) => codeOf(a) === 'too-large' && !bytes.includes('{'),
      (a) => error(a, 'bad-request'),
    ),
    ['does not gather a line without end'],
  ],
  [
    'another code for no UTF-8',
    instead(
      (a, _r, { bytes }) => a.id === null && bytes.startsWith('"'),
      (a) => error(a, 'too-large'),
    ),
    ['refuses what is no UTF-8, and hangs up'],
  ],
];
