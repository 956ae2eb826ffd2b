/**
 * The one Castkey that is being worked on. All ends when the person quits it; when it fails, the next change of
 * its sources starts it again.
 *
 * @param {() => ReturnType<typeof import('../vault/vault-process.mjs').startVault>} start
 * @param {(line: string) => void} say
 */
export function createVaultHolder(start, say) {
  let current;
  let quitByPerson;
  const closed = new Promise((resolve) => {
    quitByPerson = resolve;
  });

  async function quit() {
    const vault = current;
    current = undefined;
    await vault?.quit();
  }

  async function follow(vault) {
    const failure = await vault.closed.catch((error) => error);
    if (current !== vault) return;
    current = undefined;
    if (failure === undefined) quitByPerson();
    else say(`${failure.message.replace(/^castkey: /, '')} The next change starts it again.`);
  }

  return {
    /** Resolves when the person has quit Castkey. */
    closed,
    quit,
    /** Starts Castkey, and ends the one before first: a profile has only one. */
    async restart() {
      await quit();
      current = start();
      follow(current);
      say('Castkey is started');
    },
  };
}
