import { describe, expect, it } from 'vitest';

interface Tasks {
  readonly build: () => Promise<string[]>;
  readonly restart: () => Promise<void>;
  readonly reload: () => Promise<void>;
  readonly say: (line: string) => void;
}

interface Rebuild {
  readonly createRebuild: (tasks: Tasks) => { changed: () => Promise<void> };
}

const script = new URL('../../../../scripts/dev/rebuild.mjs', import.meta.url).href;
const { createRebuild } = (await import(/* @vite-ignore */ script)) as Rebuild;

/** Tasks that note what they were told to do; each build makes the next of `builds`. */
function notedTasks(builds: (string[] | Error)[]) {
  const notes: string[] = [];
  const tasks: Tasks = {
    build: async () => {
      notes.push('build');
      const next = builds.shift() ?? [];
      if (next instanceof Error) throw next;
      return next;
    },
    restart: async () => void notes.push('restart'),
    reload: async () => void notes.push('reload'),
    say: (line) => notes.push(line),
  };
  return { notes, tasks };
}

describe('a change of the sources', () => {
  it.each([
    ['the windows alone', ['renderer'], ['build', 'reload', 'the windows are reloaded']],
    ['the main process', ['main', 'renderer'], ['build', 'restart']],
    ['what windows get of the main process', ['preload'], ['build', 'restart']],
    ['nothing that is built', [], ['build']],
  ])('of %s does the least that shows it', async (_what, made, steps) => {
    const { notes, tasks } = notedTasks([made]);
    await createRebuild(tasks).changed();
    expect(notes).toEqual(steps);
  });

  it('that can not be built leaves Castkey as it is, and the next one is built again', async () => {
    const { notes, tasks } = notedTasks([new Error('line 3: unexpected token'), ['main']]);
    const rebuild = createRebuild(tasks);
    await rebuild.changed();
    expect(notes).toEqual(['build', 'line 3: unexpected token']);
    await rebuild.changed();
    expect(notes.slice(2)).toEqual(['build', 'restart']);
  });

  it('in the middle of a build is built afterwards, many of them once', async () => {
    const { notes, tasks } = notedTasks([['renderer'], ['main']]);
    const rebuild = createRebuild(tasks);
    await Promise.all([rebuild.changed(), rebuild.changed(), rebuild.changed()]);
    expect(notes).toEqual(['build', 'reload', 'the windows are reloaded', 'build', 'restart']);
  });
});
