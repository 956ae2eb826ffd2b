import { expect, it } from 'vitest';

interface Vault {
  readonly closed: Promise<void>;
  readonly quit: () => Promise<void>;
}

interface VaultHolder {
  readonly createVaultHolder: (
    start: () => Vault,
    say: (line: string) => void,
  ) => { closed: Promise<void>; quit(): Promise<void>; restart(): Promise<void> };
}

const script = new URL('../../../../scripts/dev/vault-holder.mjs', import.meta.url).href;
const { createVaultHolder } = (await import(/* @vite-ignore */ script)) as VaultHolder;

/** A holder of vaults that do nothing; each can be ended as a person or a mistake would. */
function holderOfFakes() {
  const notes: string[] = [];
  const vaults: { end(): void; fail(why: string): void }[] = [];
  const holder = createVaultHolder(
    () => {
      const number = vaults.length + 1;
      notes.push(`start ${number}`);
      let end = (): void => {};
      const closed = new Promise<void>((resolve, reject) => {
        end = resolve;
        vaults.push({ end, fail: (why) => reject(new Error(why)) });
      });
      const quit = async (): Promise<void> => {
        notes.push(`quit ${number}`);
        end();
      };
      return { closed, quit };
    },
    (line) => notes.push(line),
  );
  return { holder, notes, vaults };
}

it('ends one Castkey before it starts the next, and takes that for no end of all', async () => {
  const { holder, notes, vaults } = holderOfFakes();
  await holder.restart();
  await holder.restart();
  expect(notes).toEqual(['start 1', 'Castkey is started', 'quit 1', 'start 2', 'Castkey is started']);
  const waiting = Symbol('waiting');
  expect(await Promise.race([holder.closed, Promise.resolve(waiting)])).toBe(waiting);
  vaults[1]?.end();
  await holder.closed;
});

it('says why Castkey failed, and starts it again', async () => {
  const { holder, notes, vaults } = holderOfFakes();
  await holder.restart();
  vaults[0]?.fail('castkey: the profile is in use.');
  await expect.poll(() => notes.at(-1)).toBe('the profile is in use. The next change starts it again.');
  await holder.restart();
  expect(notes.slice(-2)).toEqual(['start 2', 'Castkey is started']);
});
