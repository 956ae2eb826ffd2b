import { describe, expect, it } from 'vitest';
import {
  type Activity,
  type ActivityDetails,
  createActivity,
} from '../../../../../electron/core/activity/activity.ts';
import { fairShare } from '../../../../../electron/core/activity/fair-share.ts';
import type { PeerView } from '../../../../../shared/views.ts';
import { createFakeLines, createFakeLog, type FakeLines } from '../../../../support/fake-log.ts';
import { createFakeTime, type FakeTime, MINUTE, SECOND } from '../../../../support/fake-time.ts';

const peer = (claimed: string, proved = true): PeerView => ({
  ...{ claimed, proved, pid: 7, uid: 1000, program: '/usr/bin/node', script: null, doubts: [] },
});
const by = (bot: string): ActivityDetails => ({ bot, peer: peer(bot) });

interface RecordFixture {
  record: Activity;
  time: FakeTime;
  lines: FakeLines;
  texts(): string[];
  again(): Promise<Activity>;
}

function openRecordFixture(): RecordFixture {
  const [time, lines, log] = [createFakeTime(), createFakeLines(), createFakeLog()];
  const { clock, timers } = time;
  const open = (): Activity => createActivity({ clock, timers, activity: lines, log }, () => undefined);
  const fixture: RecordFixture = {
    ...{ record: open(), time, lines },
    texts: () => fixture.record.list(100).map(({ text }) => text),
    async again() {
      await fixture.record.stop();
      fixture.record = open();
      await fixture.record.load();
      return fixture.record;
    },
  };
  return fixture;
}

describe('a bot that asks in a loop', () => {
  it('is counted within a minute, then listed anew', async () => {
    const { record, time, texts } = openRecordFixture();
    for (let turn = 0; turn < 30; turn += 1) {
      record.add('token.served', 'bot got it', by('bot'));
      await time.pass(SECOND);
    }
    expect(texts()).toEqual(['bot got it (×30)']);
    await time.pass(30 * SECOND);
    record.add('token.served', 'bot got it', by('bot'));
    expect(texts()).toEqual(['bot got it', 'bot got it (×30)']);
  });

  it('is counted though it asks for several things in turn', () => {
    const { record, texts } = openRecordFixture();
    for (let turn = 0; turn < 6; turn += 1) record.add('token.served', `bot got ${turn % 2}`, by('bot'));
    expect(texts()).toEqual(['bot got 1 (×3)', 'bot got 0 (×3)']);
  });

  it('is not taken for another bot, program, answer or set of scopes', () => {
    const { record, texts } = openRecordFixture();
    record.add('request.refused', 'no', by('bot'));
    record.add('request.refused', 'no', by('other'));
    record.add('request.refused', 'no', { bot: 'bot', peer: { ...peer('bot'), script: '/x.js' } });
    record.add('request.refused', 'no', { ...by('bot'), ok: false });
    record.add('request.refused', 'no', { ...by('bot'), scopes: ['chat:read'] });
    expect(texts()).toEqual(['no', 'no', 'no', 'no', 'no']);
  });

  it('keeps its count over a restart, and not as a second entry', async () => {
    const fixture = openRecordFixture();
    for (let turn = 0; turn < 5; turn += 1) fixture.record.add('token.served', 'bot got it', by('bot'));
    await fixture.again();
    expect(fixture.texts()).toEqual(['bot got it (×5)']);
    fixture.record.add('vault.locked', 'locked');
    await fixture.again();
    expect(fixture.texts()).toEqual(['locked', 'bot got it (×5)']);
  });

  it('has its count on disk within the minute, since Castkey may be killed', async () => {
    const { record, time, lines } = openRecordFixture();
    for (let turn = 0; turn < 5; turn += 1) record.add('token.served', 'bot got it', by('bot'));
    await time.pass(MINUTE);
    expect(lines.lines.map((line) => JSON.parse(line).times)).toEqual([1, 5]);
  });

  it('that varies what it asks is listed 20 times a minute, and counted after that', async () => {
    const { record, time, texts } = openRecordFixture();
    for (let turn = 0; turn < 100; turn += 1) record.add('request.refused', `no ${turn}`, by('bot'));
    expect(texts()).toHaveLength(21);
    expect(texts()[0]).toBe('More by bot within this minute, not listed one by one (×80)');
    await time.pass(MINUTE);
    record.add('request.refused', 'no 100', by('bot'));
    expect(texts()[0]).toBe('no 100');
  });

  it('can’t hide what the streamer allows or does meanwhile', () => {
    const { record, texts } = openRecordFixture();
    for (let turn = 0; turn < 100; turn += 1) record.add('request.refused', `no ${turn}`, by('bot'));
    record.add('approval', 'bot may always use alice', by('bot'));
    record.add('grant.revoked', 'You took a permission from bot', { bot: 'bot' });
    record.add('grant.revoked', 'You took a permission from bot', { bot: 'bot' });
    expect(texts().slice(0, 3)).toEqual([
      'You took a permission from bot',
      'You took a permission from bot',
      'bot may always use alice',
    ]);
  });

  it('gains nothing by calling itself something else each time before it is known', () => {
    const { record, texts } = openRecordFixture();
    for (let turn = 0; turn < 100; turn += 1)
      record.add('peer.refused', `stranger ${turn}`, { peer: peer(`name ${turn}`, false), ok: false });
    expect(texts()).toHaveLength(21);
    expect(record.list(1)[0]).toMatchObject({
      text: 'More by unknown programs within this minute, not listed one by one (×80)',
      bot: null,
      peer: { claimed: null, program: null, proved: false },
    });
  });

  it('is told apart again after the clock was set back', () => {
    const { record, time, texts } = openRecordFixture();
    record.add('token.served', 'bot got it', by('bot'));
    time.setClockBy(-60 * MINUTE);
    record.add('token.served', 'bot got it', by('bot'));
    expect(texts()).toEqual(['bot got it', 'bot got it']);
  });
});

describe('the record', () => {
  it('tells who was at the other end, and null where nobody was', async () => {
    const fixture = openRecordFixture();
    fixture.record.add('token.served', 'bot got it', by('bot'));
    fixture.record.add('vault.locked', 'locked');
    const shown = (await fixture.again()).list(9);
    expect(shown.map((entry) => entry.peer)).toEqual([null, peer('bot')]);
  });

  it('reads lines of older versions, torn ones and foreign ones, and numbers them all', async () => {
    const fixture = openRecordFixture();
    const old = { at: 1, kind: 'token.served', text: 'old', bot: 'b', login: null, scopes: [], ok: true };
    const { lines } = fixture.lines;
    lines.push(JSON.stringify(old), '{"at":2,"ki', JSON.stringify({ ...old, text: 'older' }), 'null', '7');
    await fixture.again();
    fixture.record.add('vault.locked', 'new');
    await fixture.again();
    expect(fixture.record.list(9).map(({ id, text, peer }) => [id, text, peer])).toEqual([
      [3, 'new', null],
      [2, 'older', null],
      [1, 'old', null],
    ]);
  });

  it('keeps the names of the first version in the file, and shows what only a newer one can name as unknown', async () => {
    const fixture = openRecordFixture();
    fixture.record.add('token.served', 'bot got it', by('bot'));
    await fixture.record.stop();
    const [line = ''] = fixture.lines.lines;
    expect(Object.keys(JSON.parse(line)).sort()).toEqual([
      'asker',
      'at',
      'bot',
      'id',
      'kind',
      'login',
      'ok',
      'scopes',
      'text',
      'times',
    ]);
    expect(JSON.parse(line).asker).toEqual(peer('bot'));
    fixture.lines.lines.push(JSON.stringify({ ...JSON.parse(line), id: 2, kind: 'confetti.thrown' }));
    await fixture.again();
    expect(fixture.record.list(9).map(({ kind }) => kind)).toEqual(['unknown', 'token.served']);
  });

  it('has an entry once though a crash left its line in two files', async () => {
    const fixture = openRecordFixture();
    fixture.record.add('vault.locked', 'locked');
    fixture.record.add('vault.unlocked', 'unlocked');
    await fixture.record.stop();
    fixture.lines.lines.unshift(...fixture.lines.lines);
    await fixture.again();
    expect(fixture.texts()).toEqual(['unlocked', 'locked']);
  });

  it('is bounded, and a noisy bot’s flood takes no room of others', async () => {
    const { record, time, texts } = openRecordFixture();
    record.add('pairing', 'calm was paired', by('calm'));
    for (let minute = 0; minute < 400; minute += 1) {
      for (let turn = 0; turn < 20; turn += 1)
        record.add('request.refused', `no ${minute} ${turn}`, by('noisy'));
      await time.pass(MINUTE);
    }
    expect(record.all().length).toBeLessThanOrEqual(5_500);
    expect(record.all().at(-1)?.text).toBe('calm was paired');
    expect(texts()[0]).toBe('no 399 19');
  });
});

describe('fair shares', () => {
  const keep = (most: number, ...items: string[]): string =>
    fairShare(
      items,
      most,
      (item) => item[0] ?? '',
      (item) => item.length,
    ).join(' ');

  it('leave everything while there is room', () => {
    expect(keep(12, 'a1', 'b1', 'a2', 'c1', 'a3', 'a4')).toBe('a1 b1 a2 c1 a3 a4');
  });
  it('give to the many what the few leave, newest first', () => {
    expect(keep(8, 'a1', 'a2', 'b1', 'a3', 'a4', 'a5')).toBe('a1 a2 b1 a3');
  });
  it('are equal among the greedy', () => {
    expect(keep(8, 'a1', 'a2', 'a3', 'b1', 'b2', 'b3')).toBe('a1 a2 b1 b2');
  });
  it('let no older item slip past a newer one that was too large', () => {
    expect(keep(4, 'a-large', 'a1', 'b1')).toBe('b1');
  });
  it('are nothing where there is no room', () => {
    expect(keep(0, 'a1', 'b1')).toBe('');
  });
});
