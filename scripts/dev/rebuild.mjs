/**
 * What follows a change of the sources: a build, and then the least that shows it. One at a time; changes
 * that come meanwhile are one more build afterwards. A build that fails leaves everything as it is.
 *
 * @param {object} tasks
 * @param {() => Promise<string[]>} tasks.build returns the names of the bundles it made
 * @param {() => Promise<void>} tasks.restart starts Castkey with its new main process
 * @param {() => Promise<void>} tasks.reload has the windows load their pages again
 * @param {(line: string) => void} tasks.say
 * @returns {{changed: () => Promise<void>}} `changed` resolves when nothing is left to do
 */
export function createRebuild({ build, restart, reload, say }) {
  let running;
  let changedMeanwhile = false;

  async function once() {
    try {
      const made = await build();
      if (made.some((name) => name !== 'renderer')) await restart();
      else if (made.length > 0) {
        await reload();
        say('the windows are reloaded');
      }
    } catch (error) {
      say(error.message);
    }
  }

  async function run() {
    do {
      changedMeanwhile = false;
      await once();
    } while (changedMeanwhile);
  }

  return {
    changed() {
      changedMeanwhile = true;
      running ??= run().finally(() => {
        running = undefined;
      });
      return running;
    },
  };
}
