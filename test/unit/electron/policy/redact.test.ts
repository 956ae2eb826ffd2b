import { describe, expect, it } from 'vitest';
import { redactData, redactText } from '../../../../electron/policy/redact.ts';

const TOKEN = 'z9x8c7v6b5n4m3a2s1d0f9g8h7j6k5';
const KEY = 'Qm9vSGlzdG9yeU9mVGhlV29ybGQtMTIzNDU2Nzg5MC1h';

describe('a text for the log', () => {
  it.each([
    `got ${TOKEN}`,
    `oauth:${TOKEN}`,
    `OAuth ${TOKEN}`,
    `Authorization: Bearer ${TOKEN}`,
    'Authorization: Bearer shorty-SECRET',
    `http://localhost:17563/?code=shortcode123&scope=`,
    `http://localhost:17563/#access_token=shortcode123`,
    `{"access_token":"shortcode123","expires_in":1}`,
    `{"refresh_token": "shortcode123"}`,
    `client_secret=shortcode123&grant_type=x`,
    `{"key":"shortcode123"}`,
    `device_code: shortcode123`,
    `key ${KEY}`,
    `castkey1:os:gnome_libsecret:${KEY}`,
    `${TOKEN}${TOKEN}`,
  ])('loses its secret: %s', (text) => {
    expect(redactText(text)).not.toMatch(/shorty-SECRET|shortcode123|z9x8c7|Qm9vSG/);
    expect(redactText(text)).toContain('[hidden]');
  });

  it.each([
    'the socket could not be opened',
    'token.served to chat-bot for luna_streams (12345678)',
    'who is it? nobody',
    '/home/user/.config/Castkey/accounts/12345678.json',
    'file:///app/dist/main/main.js:17545:26',
    'https://id.twitch.tv/oauth2/token',
    'ECONNREFUSED',
  ])('is left as it is otherwise: %s', (text) => {
    expect(redactText(text)).toBe(text);
  });
});

describe('facts for the log', () => {
  it('lose secrets by the names of their fields, at any depth', () => {
    const facts = {
      a: [{ accessToken: 'x', b: { clientSecret: 'y', key: 'z', code: 'c', keyId: 'bot-1' } }],
      n: 1,
    };
    expect(redactData(facts)).toEqual({
      a: [
        {
          accessToken: '[hidden]',
          b: { clientSecret: '[hidden]', key: '[hidden]', code: '[hidden]', keyId: 'bot-1' },
        },
      ],
      n: 1,
    });
  });

  it('lose secrets inside the text of an error', () => {
    expect(String(redactData(new Error(`no ${TOKEN}`)))).not.toContain(TOKEN);
  });

  it.each([
    [new Uint8Array(4), '[4 bytes]'],
    [10n, 'bigint'],
    [null, null],
    [undefined, undefined],
  ])('can be anything (%#)', (value, told) => {
    expect(redactData(value)).toEqual(told);
  });

  it('end where data refers to itself', () => {
    const loop: Record<string, unknown> = {};
    loop.loop = loop;
    expect(JSON.stringify(redactData(loop))).toContain('[deep]');
  });
});
