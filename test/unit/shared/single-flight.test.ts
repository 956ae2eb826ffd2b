import { describe, expect, it } from 'vitest';
import { createSingleFlight } from '../../../shared/single-flight.ts';

/** A request that is settled by hand, and how often it was started. */
function request() {
  let [resolve, reject] = [(_: string): void => {}, (_: Error): void => {}];
  const promise = new Promise<string>((yes, no) => {
    [resolve, reject] = [yes, no];
  });
  const counted = { starts: 0 };
  const start = (): Promise<string> => {
    counted.starts += 1;
    return promise;
  };
  return { resolve, reject, counted, start };
}

describe('single flight', () => {
  it('has equal calls that overlap share one request', async () => {
    const { join } = createSingleFlight();
    const { start, counted, resolve } = request();
    const both = Promise.all([join('a', start), join('a', start)]);
    resolve('token');
    expect(await both).toEqual(['token', 'token']);
    expect(counted.starts).toBe(1);
  });

  it('keeps calls of different keys apart', async () => {
    const { join } = createSingleFlight();
    const [one, other] = [request(), request()];
    const both = Promise.all([join('a', one.start), join('b', other.start)]);
    one.resolve('one');
    other.resolve('other');
    expect(await both).toEqual(['one', 'other']);
  });

  it('starts anew once a request has settled, a failed one too', async () => {
    const { join } = createSingleFlight();
    const failing = request();
    const failed = join('a', failing.start);
    failing.reject(new Error('no'));
    await expect(failed).rejects.toThrow('no');
    const next = request();
    next.resolve('token');
    expect(await join('a', next.start)).toBe('token');
    expect(next.counted.starts).toBe(1);
  });
});
