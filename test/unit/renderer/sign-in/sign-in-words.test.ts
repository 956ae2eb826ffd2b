import { describe, expect, it } from 'vitest';
import {
  addressElsewhere,
  applicationWords,
  groupedCode,
  intentWords,
  waitingBotsWords,
} from '../../../../renderer/sign-in/sign-in-words.ts';

describe('the device code', () => {
  it.each([
    ['ABCDEFGH', ['ABCD', 'EFGH']],
    ['ABCD-EFGH', ['ABCD', 'EFGH']],
    ['ABCDEF', ['ABC', 'DEF']],
    ['ABCDE', ['ABCD', 'E']],
  ])('groups %s', (code, groups) => expect(groupedCode(code)).toEqual(groups));

  it('tells where to type it, without the code', () => {
    expect(addressElsewhere('https://www.twitch.tv/activate?device-code=ABC')).toBe('www.twitch.tv/activate');
    expect(addressElsewhere('http://192.168.0.7:3999/activate')).toBe('192.168.0.7:3999/activate');
    expect(addressElsewhere('not a url')).toBe('not a url');
  });

  it.each([
    'http://127.0.0.1:41999/activate',
    'http://localhost:3999/activate',
    'http://[::1]:3999/activate',
  ])('does not send another device to %s', (uri) => expect(addressElsewhere(uri)).toBeNull());

  it('names the application and the job, where there is something to say', () => {
    const application = { clientId: 'abcdefghijklmn', label: 'song\u202ebot', several: true };
    expect(applicationWords({ application, bots: [] })).toContain('Twitch application song▯bot. ');
    expect(
      applicationWords({ application: { ...application, label: '', several: false }, bots: ['b'] }),
    ).toContain('Application abcdefgh…');
    const sole = { application: { ...application, several: false }, bots: [] };
    expect([applicationWords(sole), applicationWords({ ...sole, application: null })]).toEqual(['', '']);
    expect(intentWords({ intent: 'chat' })).toBe('Whoever signs in gets the job “chat”.');
    expect(intentWords({ intent: null })).toBe('');
  });

  it('names who waits', () => {
    expect(waitingBotsWords({ bots: ['a', 'b', 'c'], stopped: ['d'] })).toBe('a, b and c wait for it.');
    expect(waitingBotsWords({ bots: [], stopped: ['d', 'e'] })).toBe('d and e stopped waiting.');
    expect(waitingBotsWords({ bots: [], stopped: [] })).toBe('You started this yourself.');
  });
});
