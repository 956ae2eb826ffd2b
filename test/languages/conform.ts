import { describe, expect, it } from 'vitest';
import { startDriver } from './driver.ts';
import { NOBODY, USER } from './host.ts';
import { SCENARIOS } from './scenarios.ts';
import { type Language, onStage } from './stage.ts';
import { VECTORS } from './vectors.ts';

/** Milliseconds for a scenario; the slowest takes two seconds. */
const PATIENCE = 60_000;

/**
 * Puts a client through all there is. What stands in the way (no compiler) is given as the reason for
 * which its tests are skipped.
 */
export function conforms(name: string, language: () => Language | { missing: string }): void {
  const test = (title: string, play: (language: Language) => Promise<void>): void => {
    it.concurrent(title, { timeout: PATIENCE }, async ({ skip }) => {
      const found = language();
      if ('missing' in found) skip(found.missing);
      else await play(found);
    });
  };
  describe(name, () => {
    for (const [title, play] of Object.entries(SCENARIOS)) test(title, (found) => onStage(found, play));
    for (const [part, check] of Object.entries(VECTORS)) {
      test(`computes the vectors: ${part}`, async (found) => {
        const driver = startDriver(found.driver, { ...found.env, LANG: 'C.UTF-8' });
        await check(driver);
        expect(await driver.finish()).toMatchObject({ code: 0, err: '' });
      });
    }
    test('print_token prints the token and nothing else', (found) =>
      onStage(found, async ({ host, run }) => {
        const { code, out, err } = await run(found.printToken, { CASTKEY_TEST_USER: USER });
        expect({ code, err }).toEqual({ code: 0, err: '' });
        expect(host.twitch.control.issuedTokens()).toContain(out.replace(/\n$/, ''));
        const nobody = await run(found.printToken, { CASTKEY_TEST_USER: NOBODY });
        expect(nobody).toEqual({ code: 1, out: '', err: expect.stringContaining('unknown-user') });
        host.streamer.consent = 'no';
        await host.vault.actions['vault.lock']();
        const locked = await run(found.printToken, { CASTKEY_TEST_USER: USER });
        expect(locked).toEqual({ code: 1, out: '', err: expect.stringContaining('locked') });
      }));
  });
}
