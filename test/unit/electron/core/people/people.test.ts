import { describe, expect, it } from 'vitest';
import type { FetchedPicture } from '../../../../../electron/core/ports.ts';
import type { FakePictures } from '../../../../support/fake-pictures.ts';
import { HOUR, MINUTE, SECOND } from '../../../../support/fake-time.ts';
import { ALICE, BOB } from '../../../../support/people.ts';
import { no, offline } from '../../../../support/twitch-replies.ts';
import { openVaultFixture, signInAs, type VaultFixture } from '../../../../support/vault-fixture.ts';

const DAY = 24 * HOUR;
const CDN = 'https://static-cdn.jtvnw.net/jtv_user_pictures';
const URL_OF_ALICE = `${CDN}/alice-profile_image-300x300.png`;
const pictureOf = (text: string): FetchedPicture => ({ kind: 'picture', bytes: Buffer.from(text) });

interface PeopleFixture extends VaultFixture {
  pictures: FakePictures;
  shown(userId: string): { displayName: string | null; picture: string | null };
}

/** A vault whose Twitch has a name and a picture of Alice, who has not signed in yet. */
async function openPeopleFixture(): Promise<PeopleFixture> {
  const fixture = await openVaultFixture();
  const pictures = fixture.deps.pictures as FakePictures;
  pictures.there.set(URL_OF_ALICE, pictureOf('the face of alice'));
  fixture.twitch.state.profiles.set(ALICE, { display_name: 'Алиса', profile_image_url: URL_OF_ALICE });
  return Object.assign(fixture, {
    pictures,
    shown(userId: string) {
      const { displayName, picture } = fixture.account(userId);
      return { displayName, picture };
    },
  });
}

describe('names and pictures of people', () => {
  it('come soon after somebody signed in, and are there at once after a restart', async () => {
    const fixture = await openPeopleFixture();
    await signInAs(fixture, ALICE);
    expect(fixture.shown(ALICE)).toEqual({ displayName: null, picture: null });
    await fixture.time.pass(5 * SECOND);
    const shown = {
      displayName: 'Алиса',
      picture: expect.stringMatching(/^castkey:\/\/app\/people\/1001\.png\?v=[0-9a-f]{12}$/),
    };
    expect(fixture.shown(ALICE)).toEqual(shown);
    expect(await fixture.vault.picture(ALICE)).toEqual(Buffer.from('the face of alice'));
    await fixture.restart();
    expect(fixture.shown(ALICE)).toEqual(shown);
    expect(await fixture.vault.picture(BOB)).toBeNull();
  });

  it('are asked for once a day, each by her own token, and a picture only when it is another', async () => {
    const fixture = await openPeopleFixture();
    for (const userId of [ALICE, BOB]) await signInAs(fixture, userId);
    await fixture.time.pass(MINUTE);
    expect(fixture.twitch.count('user')).toBe(2);
    await fixture.restart();
    await fixture.time.pass(DAY - 2 * MINUTE);
    expect(fixture.twitch.count('user')).toBe(2);
    await fixture.time.pass(10 * MINUTE);
    expect(fixture.twitch.count('user')).toBe(4);
    expect(fixture.pictures.asked).toEqual([URL_OF_ALICE]);
    const before = fixture.shown(ALICE).picture;
    const other = `${CDN}/other.jpeg`;
    fixture.pictures.there.set(other, pictureOf('another face'));
    fixture.twitch.state.profiles.set(ALICE, { display_name: 'Alice', profile_image_url: other });
    await fixture.time.pass(DAY + 10 * MINUTE);
    expect(fixture.shown(ALICE)).toEqual({
      displayName: 'Alice',
      picture: expect.not.stringMatching(before ?? ''),
    });
  });

  it('are left alone while Castkey is locked', async () => {
    const fixture = await openPeopleFixture();
    await signInAs(fixture, ALICE);
    await fixture.vault.actions['vault.lock'].run();
    await fixture.time.pass(2 * HOUR);
    expect(fixture.twitch.count('user')).toBe(0);
    await fixture.vault.actions['vault.unlock'].run({});
    await fixture.time.pass(5 * SECOND);
    expect(fixture.shown(ALICE).displayName).toBe('Алиса');
  });

  it.each([
    ['out of reach', offline],
    ['refusing', () => no(401, 'Invalid OAuth token')],
  ])(
    'change nothing about an account while Twitch is %s for them, and are tried again in an hour',
    async (_how, fault) => {
      const fixture = await openPeopleFixture();
      await signInAs(fixture, ALICE);
      fixture.twitch.always('user', fault);
      await fixture.time.pass(30 * MINUTE);
      expect(fixture.twitch.count('user')).toBe(1);
      expect(fixture.account(ALICE)).toMatchObject({ displayName: null, picture: null, state: 'ok' });
      fixture.twitch.always('user', null);
      await fixture.time.pass(HOUR);
      expect(fixture.shown(ALICE).displayName).toBe('Алиса');
    },
  );

  it('are asked for once more where the token was renewed in the middle of it', async () => {
    const fixture = await openPeopleFixture();
    const answer = fixture.twitch.hold('user');
    fixture.twitch.next('user', () => no(401, 'Invalid OAuth token'));
    await signInAs(fixture, ALICE);
    await fixture.time.pass(5 * SECOND);
    await fixture.vault.actions['account.refresh'].run({ userId: ALICE });
    answer();
    await fixture.time.pass(5 * SECOND);
    expect(fixture.shown(ALICE).displayName).toBe('Алиса');
  });

  it('go with the person', async () => {
    const fixture = await openPeopleFixture();
    for (const userId of [ALICE, BOB]) await signInAs(fixture, userId);
    await fixture.time.pass(MINUTE);
    await fixture.vault.actions['account.remove'].run({ userId: ALICE });
    await fixture.time.settle();
    expect(fixture.pictures.kept.size).toBe(0);
    expect(fixture.documents.files.get('people')).not.toContain(ALICE);
    expect(fixture.documents.files.get('people')).toContain(BOB);
    expect(await fixture.vault.picture(ALICE)).toBeNull();
  });

  it('are thrown away where she was removed while Twitch was answering', async () => {
    const fixture = await openPeopleFixture();
    const answer = fixture.twitch.hold('user');
    await signInAs(fixture, ALICE);
    await fixture.time.pass(MINUTE);
    await fixture.vault.actions['account.remove'].run({ userId: ALICE });
    answer();
    await fixture.time.settle();
    expect(fixture.pictures.kept.size).toBe(0);
    expect(fixture.documents.files.get('people') ?? '').not.toContain(ALICE);
  });
});

describe('a picture', () => {
  it.each([
    'https://evil.example/alice.png',
    'http://static-cdn.jtvnw.net/alice.png',
    'https://static-cdn.jtvnw.net.evil.example/alice.png',
    'https://static-cdn.jtvnw.net:8443/alice.png',
    'file:///etc/passwd',
    'data:image/png;base64,AAAA',
    'not a URL',
    '',
    null,
    7,
  ])('is not fetched from %s', async (url) => {
    const fixture = await openPeopleFixture();
    fixture.twitch.state.profiles.set(ALICE, { display_name: 'Alice', profile_image_url: url });
    await signInAs(fixture, ALICE);
    await fixture.time.pass(MINUTE);
    expect(fixture.pictures.asked).toEqual([]);
    expect(fixture.shown(ALICE)).toEqual({ displayName: 'Alice', picture: null });
  });

  it('that can’t be had now is tried again in an hour, and the name is there', async () => {
    const fixture = await openPeopleFixture();
    fixture.pictures.there.clear();
    await signInAs(fixture, ALICE);
    await fixture.time.pass(MINUTE);
    expect(fixture.shown(ALICE)).toEqual({ displayName: 'Алиса', picture: null });
    fixture.pictures.there.set(URL_OF_ALICE, pictureOf('at last'));
    await fixture.time.pass(HOUR + 10 * MINUTE);
    expect(await fixture.vault.picture(ALICE)).toEqual(Buffer.from('at last'));
  });

  it('that is refused is asked for again tomorrow', async () => {
    const fixture = await openPeopleFixture();
    fixture.pictures.there.set(URL_OF_ALICE, { kind: 'refused', reason: 'it is no PNG or JPEG' });
    await signInAs(fixture, ALICE);
    await fixture.time.pass(12 * HOUR);
    expect(fixture.pictures.asked).toHaveLength(1);
    expect(fixture.shown(ALICE)).toEqual({ displayName: 'Алиса', picture: null });
    await fixture.time.pass(13 * HOUR);
    expect(fixture.pictures.asked).toHaveLength(2);
  });

  it('whose file is gone is fetched anew', async () => {
    const fixture = await openPeopleFixture();
    await signInAs(fixture, ALICE);
    await fixture.time.pass(MINUTE);
    fixture.pictures.kept.clear();
    await fixture.time.pass(DAY + 10 * MINUTE);
    expect(await fixture.vault.picture(ALICE)).not.toBeNull();
  });
});

describe('a name', () => {
  it.each([
    ['Al\u202eice\u0000\u200b\n', 'Alice'],
    ['x'.repeat(51), null],
    [' \u2066 ', null],
    [{ length: 5 }, null],
  ])('%j is shown as %j', async (said, shown) => {
    const fixture = await openPeopleFixture();
    fixture.twitch.state.profiles.set(ALICE, { display_name: said });
    await signInAs(fixture, ALICE);
    await fixture.time.pass(MINUTE);
    expect(fixture.twitch.count('user')).toBe(1);
    expect(fixture.shown(ALICE).displayName).toBe(shown);
  });

  it('of somebody else is not taken for hers', async () => {
    const fixture = await openPeopleFixture();
    fixture.twitch.state.profiles.set(ALICE, { id: BOB, display_name: 'Bob' });
    await signInAs(fixture, ALICE);
    await fixture.time.pass(MINUTE);
    expect(fixture.shown(ALICE).displayName).toBeNull();
  });
});
