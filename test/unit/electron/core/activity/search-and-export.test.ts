import { describe, expect, it } from 'vitest';
import type { Entry } from '../../../../../electron/core/activity/entry.ts';
import { exportText } from '../../../../../electron/core/activity/export.ts';
import { searchEntries } from '../../../../../electron/core/activity/search.ts';
import { pairBot, type VaultFixture, vaultFixtureWithAlice } from '../../../../support/vault-fixture.ts';

const peer = {
  claimed: 'chat-bot',
  proved: true,
  pid: 41,
  uid: 1000,
  program: '/usr/bin/node',
  script: '/b.js',
  doubts: [],
};
const entry = (id: number, change: Partial<Entry> = {}): Entry => ({
  ...{ id, at: 1_000 * id, kind: 'token.served', text: 'chat-bot got the token of Luna', bot: 'chat-bot' },
  ...{ login: 'luna', scopes: ['chat:read'], ok: true, peer, times: 1 },
  ...change,
});
const lock = entry(2, {
  kind: 'vault.locked',
  text: 'Castkey was locked',
  bot: null,
  login: null,
  scopes: [],
  peer: null,
});
const ENTRIES = [entry(3, { text: 'other-bot was refused', ok: false }), lock, entry(1)];

describe('searching the record', () => {
  const rows: [string, string, number[]][] = [
    ['nothing finds all', '', [3, 2, 1]],
    ['a word, in whatever case', 'LUNA', [3, 1]],
    ['every word, wherever each stands', 'token read', [3, 1]],
    ['a word of the sentence', 'locked', [2]],
    ['a scope', 'chat:read', [3, 1]],
    ['a program', '/usr/bin', [3, 1]],
    ['a process', 'pid 41', [3, 1]],
    ['two words that no entry has together', 'locked luna', []],
    ['something that looks like a pattern', '.*', []],
  ];
  it.each(rows)('by %s', (_name, text, ids) => {
    expect(searchEntries(ENTRIES, text).map(({ id }) => id)).toEqual(ids);
  });

  it('goes on before the last one of a page, of 500 at most', () => {
    const many = Array.from({ length: 1_200 }, (_, index) => entry(1_200 - index));
    const first = searchEntries(many, 'luna');
    expect([first.length, first[0]?.id, first.at(-1)?.id]).toEqual([500, 1_200, 701]);
    const second = searchEntries(many, 'luna', first.at(-1)?.id);
    expect([second.length, second[0]?.id]).toEqual([500, 700]);
    expect(searchEntries(many, 'luna', 201)).toHaveLength(200);
  });

  it('reaches what is older than the page shows, and earlier runs', async () => {
    const fixture = await vaultFixtureWithAlice();
    await pairBot(fixture, undefined, 'always', 'needle');
    for (let turn = 0; turn < 150; turn += 1) {
      await fixture.vault.actions['vault.lock'].run();
      await fixture.vault.actions['vault.unlock'].run({});
    }
    await fixture.restart();
    expect(fixture.view().activity.some(({ text }) => text.includes('needle'))).toBe(false);
    const found = await fixture.vault.actions['activity.search'].run({ text: 'needle' });
    expect(found).toMatchObject({ ok: true, value: [{ kind: 'pairing', bot: 'needle' }] });
  });
});

describe('the record as a table', () => {
  const rowsOf = (entries: Entry[]): string[] => exportText('x.csv', entries).split('\r\n');

  it('begins with a mark for spreadsheets and a head, and ends with a line’s end', () => {
    const [head = '', first, , last] = rowsOf([entry(1), entry(2)]);
    expect(head.startsWith('\uFEFFnumber,time (UTC),kind,what')).toBe(true);
    expect(first).toBe(
      '1,1970-01-01T00:00:01.000Z,token.served,chat-bot got the token of Luna,yes,1,chat-bot,luna,chat:read,chat-bot,yes,41,1000,/usr/bin/node,/b.js,',
    );
    expect(last).toBe('');
  });

  it('says why a program may be another one, and can be searched for that', () => {
    const doubted = entry(1, { peer: { ...peer, doubts: ['other-namespace', 'late'] } });
    const [, row] = rowsOf([doubted]);
    expect(searchEntries([entry(2), doubted], 'other-name').map(({ id }) => id)).toEqual([1]);
    expect(row).toMatch(/,\/usr\/bin\/node,\/b\.js,other-namespace late$/);
  });

  it('has an empty cell for what nobody knows', () => {
    expect(rowsOf([lock])[1]).toBe(
      '2,1970-01-01T00:00:02.000Z,vault.locked,Castkey was locked,yes,1,,,,,,,,,,',
    );
  });

  it.each(['=1+1', '+1', '-1', '@SUM(A1)', '\t=1', '\r=1', '  =1', '＝1', '\n=1'])(
    'runs no formula that a bot is called: %j',
    (name) => {
      const row = exportText('x.csv', [entry(1, { bot: name })]).slice(1);
      expect(row).toContain(`,"'${name}",`);
    },
  );

  it('keeps quotes, commas and line ends inside their cell', () => {
    const text = exportText('x.csv', [entry(1, { text: 'a "b", c\r\nd' })]);
    expect(text).toContain(',"a ""b"", c\r\nd",yes,');
  });

  it.each(['x.jsonl', 'X.JSONL', 'x.ndjson'])('is JSON Lines when it is called %s', (name) => {
    const lines = exportText(name, [entry(1, { bot: '=1' }), lock]).split('\n');
    expect(lines).toHaveLength(3);
    expect(JSON.parse(lines[0] ?? '')).toMatchObject({
      id: 1,
      at: '1970-01-01T00:00:01.000Z',
      bot: '=1',
      asker: peer,
    });
  });
});

describe('exporting the record', () => {
  const save = (fixture: VaultFixture) => fixture.vault.actions['activity.export'].run();

  it('writes nothing once Castkey was locked, though the dialog was open before', async () => {
    const fixture = await vaultFixtureWithAlice();
    fixture.files.meanwhile = async () => void (await fixture.vault.actions['vault.lock'].run());
    expect(await save(fixture)).toMatchObject({ ok: false, error: { code: 'locked' } });
    expect(fixture.files.disk.size).toBe(0);
  });

  it('writes all of it to the file she chooses, and says how much', async () => {
    const fixture = await vaultFixtureWithAlice();
    await pairBot(fixture);
    const count = fixture.view().activity.length;
    fixture.files.choice = 'record.csv';
    expect(await save(fixture)).toMatchObject({
      ok: true,
      value: {
        lines: [{ tone: 'good', text: `${count} entries were written to record.csv.` }, { tone: 'advice' }],
      },
    });
    expect(fixture.files.disk.get('record.csv')?.split('\r\n')).toHaveLength(count + 2);
    expect(fixture.view().activity[0]?.kind).toBe('activity.exported');
  });

  it('is given up when she chooses no file, and told when the disk refuses', async () => {
    const fixture = await vaultFixtureWithAlice();
    fixture.files.choice = null;
    expect(await save(fixture)).toEqual({ ok: true, value: null });
    Object.assign(fixture.files, { choice: 'a.csv', refuse: true });
    expect(await save(fixture)).toMatchObject({ ok: false, error: { code: 'storage' } });
    expect(fixture.view().activity.some(({ kind }) => kind === 'activity.exported')).toBe(false);
  });

  it('is asked about once at a time', async () => {
    const fixture = await vaultFixtureWithAlice();
    fixture.files.meanwhile = async () => {
      fixture.files.meanwhile = () => undefined;
      expect(await save(fixture)).toMatchObject({ ok: false, error: { code: 'refused' } });
    };
    expect(await save(fixture)).toMatchObject({ ok: true });
    expect(await save(fixture)).toMatchObject({ ok: true });
  });
});
