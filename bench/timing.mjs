const SECOND = 1e9;

const now = () => Number(process.hrtime.bigint());

/** How long each of so many turns took, one after the other, in microseconds; half took no longer. */
export async function medianMicroseconds(turns, act) {
  const taken = [];
  for (let turn = 0; turn < turns; turn += 1) {
    const started = now();
    await act();
    taken.push(now() - started);
  }
  taken.sort((a, b) => a - b);
  return taken[turns >> 1] / 1000;
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

export const rounded = (value) => Number(value.toPrecision(3));
