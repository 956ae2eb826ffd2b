import { expect, it } from 'vitest';
import { createFarLane } from '../../../../../electron/adapters/socket/far-lane.ts';

/** A look that answers when told to. */
function slowLook(): { look(): Promise<string>; answer(): void; begun: boolean } {
  let answer = (): void => undefined;
  const answered = new Promise<string>((resolve) => {
    answer = () => resolve('seen');
  });
  const slow = {
    begun: false,
    look() {
      slow.begun = true;
      return answered;
    },
    answer: () => answer(),
  };
  return slow;
}

it('runs one look after the other', async () => {
  const lane = createFarLane();
  const [first, second] = [slowLook(), slowLook()];
  const seen = [lane.run(first.look, 5000), lane.run(second.look, 5000)];
  await expect.poll(() => first.begun).toBe(true);
  expect(second.begun).toBe(false);
  first.answer();
  await expect.poll(() => second.begun).toBe(true);
  second.answer();
  expect(await Promise.all(seen)).toEqual(['seen', 'seen']);
});

it('gives up one that doesn’t answer, refuses others at once, and begins no second until it is back', async () => {
  const lane = createFarLane();
  const [silent, waiting, later] = [slowLook(), slowLook(), slowLook()];
  const both = [lane.run(silent.look, 30), lane.run(waiting.look, 20)];
  expect((await Promise.allSettled(both)).map(({ status }) => status)).toEqual(['rejected', 'rejected']);
  await expect(lane.run(later.look, 60_000)).rejects.toThrow('not answered yet');
  expect([waiting.begun, later.begun]).toEqual([false, false]);
  silent.answer();
  later.answer();
  await expect.poll(() => lane.run(later.look, 5000).catch(() => null)).toBe('seen');
  expect(waiting.begun).toBe(false);
});

it('goes on after a look that failed', async () => {
  const lane = createFarLane();
  const failed = lane.run(() => Promise.reject(new Error('no such file')), 5000);
  await expect(failed).rejects.toThrow('no such file');
  expect(await lane.run(async () => 'seen', 5000)).toBe('seen');
});
