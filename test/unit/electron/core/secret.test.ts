import { inspect } from 'node:util';
import { describe, expect, it } from 'vitest';
import { Secret } from '../../../../electron/core/secret.ts';

const secret = new Secret('hunter2');

describe('a secret', () => {
  const ways: [string, () => string][] = [
    ['String', () => String(secret)],
    ['a template', () => `${secret}`],
    ['concatenation', () => ['', secret].join('')],
    ['JSON', () => JSON.parse(JSON.stringify(secret))],
    ['JSON inside something', () => JSON.parse(JSON.stringify({ a: [secret] })).a[0]],
    ['util.inspect', () => inspect(secret)],
  ];
  it.each(ways)('prints [secret] under %s', (_name, print) => {
    expect(print()).toBe('[secret]');
  });

  const copies: [string, () => unknown][] = [
    ['spread', () => ({ ...secret })],
    ['Object.assign', () => Object.assign({}, secret)],
    ['structuredClone', () => structuredClone(secret)],
    ['Object.entries', () => Object.fromEntries(Object.entries(secret))],
    ['own keys', () => Object.fromEntries(Reflect.ownKeys(secret).map((key) => [key, true]))],
  ];
  it.each(copies)('leaves nothing in %s', (_name, copy) => {
    expect(copy()).toEqual({});
    expect(inspect(copy(), { showHidden: true })).not.toContain('hunter2');
  });

  it('stays hidden in an error made of it and in deep inspection', () => {
    expect(inspect({ nested: { list: [secret] } }, { depth: 9, showHidden: true })).not.toContain('hunter2');
    expect(new Error(`failed with ${secret}`).message).toBe('failed with [secret]');
  });

  it('gives its value to whoever asks for it by name', () => {
    expect(secret.reveal()).toBe('hunter2');
  });
});
