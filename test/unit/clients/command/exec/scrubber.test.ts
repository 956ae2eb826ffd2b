import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { createScrubber } from '../../../../../clients/command/exec/scrubber.ts';

const TOKEN = 'cfabdegwdoklmawdzdo98xt2fo512y';
const NEWER = 'zzabdegwdoklmawdzdo98xt2fo512y';

/** A stream that hides both tokens. */
function stream() {
  const scrubber = createScrubber();
  scrubber.hide(TOKEN);
  scrubber.hide(NEWER);
  return scrubber.stream();
}
/** What comes out of these pieces, all in all. */
function scrub(...pieces: (string | Uint8Array)[]): string {
  const out = stream();
  return [...pieces.map((piece) => out.take(Buffer.from(piece))), out.end()].join('');
}

describe('the scrubber', () => {
  it.each([
    ['a token', `Bearer ${TOKEN}!`, 'Bearer [token]!'],
    ['one as IRC wants it', `PASS oauth:${TOKEN}\r\n`, 'PASS [token]\r\n'],
    ['several', `${TOKEN}${NEWER} ${TOKEN}`, '[token][token] [token]'],
    ['nothing', 'oauth: cfab, cfabdegw', 'oauth: cfab, cfabdegw'],
    ['a token whose start comes twice', `cfabdeg${TOKEN}`, 'cfabdeg[token]'],
  ])('finds %s', (_, text, clean) => {
    expect(scrub(text, '\n')).toBe(`${clean}\n`);
  });

  it('finds tokens however the output is cut', () => {
    const text = `a ${TOKEN} b oauth:${NEWER} c cfabde d`;
    fc.assert(
      fc.property(fc.array(fc.nat(text.length), { maxLength: 12 }), (cuts) => {
        const at = [0, ...cuts.sort((a, b) => a - b), text.length];
        const pieces = at.slice(1).map((end, index) => text.slice(at[index], end));
        expect(scrub(...pieces, '.')).toBe('a [token] b [token] c cfabde d.');
      }),
    );
  });

  it('passes every other byte as it is', () => {
    fc.assert(
      fc.property(fc.array(fc.uint8Array({ maxLength: 40 }), { maxLength: 8 }), (pieces) => {
        const out = stream();
        const passed = Buffer.concat([...pieces.map((piece) => out.take(piece)), out.end()]);
        expect(passed).toEqual(Buffer.concat(pieces));
      }),
    );
  });

  it('holds back nothing but what could be the start of a token', () => {
    const out = stream();
    expect(String(out.take(Buffer.from('ready\n> ')))).toBe('ready\n> ');
    expect(String(out.take(Buffer.from('of c')))).toBe('of ');
    expect(String(out.paused())).toBe('c');
    expect(String(out.take(Buffer.from('lear')))).toBe('lear');
  });

  it('lets little of a token out that comes with pauses, and hides the rest', () => {
    const out = stream();
    let printed = '';
    for (const letter of `${TOKEN}.`) printed += `${out.take(Buffer.from(letter))}${out.paused()}`;
    expect(printed).toBe(`${TOKEN.slice(0, 7)}[token].`);
  });

  it('hides a token that was cut off by the end', () => {
    expect(scrub('x ', TOKEN.slice(0, 20))).toBe('x [token]');
    expect(scrub('x ', TOKEN.slice(0, 5))).toBe(`x ${TOKEN.slice(0, 5)}`);
  });

  it('goes on hiding the token before, also in what was held back when the next one came', () => {
    const scrubber = createScrubber();
    scrubber.hide(TOKEN);
    const out = scrubber.stream();
    expect(String(out.take(Buffer.from(TOKEN.slice(0, 12))))).toBe('');
    scrubber.hide(NEWER);
    expect(String(out.take(Buffer.from(`${TOKEN.slice(12)} ${NEWER}\n`)))).toBe('[token] [token]\n');
  });
});
