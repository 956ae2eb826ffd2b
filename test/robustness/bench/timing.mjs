const SECOND = 1e9;

const now = () => Number(process.hrtime.bigint());

/** The one in the middle: half are no larger. */
function median(values) {
  return [...values].sort((a, b) => a - b)[values.length >> 1];
}

/**
 * How long each of several acts takes, in microseconds, the median of so many turns. They take turns, so
 * that whatever else the computer does meets them all alike.
 *
 * @param {number} turns
 * @param {(() => Promise<unknown>)[]} acts
 */
export async function medianMicroseconds(turns, acts) {
  const taken = acts.map(() => []);
  for (let turn = 0; turn < turns; turn += 1) {
    for (const [at, act] of acts.entries()) {
      const started = now();
      await act();
      taken[at].push(now() - started);
    }
  }
  return taken.map((times) => median(times) / 1000);
}

/** How many turns a second `acts` manage side by side, each doing so many. */
export async function perSecond(turns, acts) {
  const started = now();
  const live = async (act) => {
    for (let turn = 0; turn < turns; turn += 1) await act();
  };
  await Promise.all(acts.map(live));
  return (turns * acts.length * SECOND) / (now() - started);
}

/** The same for several groups of acts that take turns, the median of so many rounds each. */
export async function perSecondInTurn(rounds, turns, groups) {
  const rates = groups.map(() => []);
  for (let round = 0; round < rounds; round += 1)
    for (const [at, acts] of groups.entries()) rates[at].push(await perSecond(turns, acts));
  return rates.map(median);
}

export const rounded = (value) => Number(value.toPrecision(3));
