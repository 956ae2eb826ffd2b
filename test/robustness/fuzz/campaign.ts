/** What is fuzzed, each target by its name, one round for one seed. */

import { playLibrary } from './library-round.ts';
import { playReader } from './reader-round.ts';
import { type Played, playRound } from './round.ts';
import { createSeededChoice } from './seeded-choice.ts';
import { shrink } from './shrink.ts';
import { playThroughSocket } from './socket-transport.ts';
import { makeRound, type Step } from './step.ts';

/** Steps of one round against the vault. */
const STEPS = 150;
const LINES = 300;
const CALLS = 20;

interface Target {
  play(seed: number): Promise<Played>;
  /** The same round made as small as it can be, in words. */
  explain(seed: number): Promise<string>;
}

type PlaySteps = (steps: readonly Step[], seed: number) => Promise<Played>;

function ofSteps(play: PlaySteps): Target {
  const stepsOf = (seed: number): Step[] => makeRound(createSeededChoice(seed), STEPS);
  return {
    play: (seed) => play(stepsOf(seed), seed),
    async explain(seed) {
      const fails = async (steps: Step[]): Promise<boolean> => (await play(steps, seed)).findings.length > 0;
      const few = await shrink(stepsOf(seed), fails);
      const { findings } = await play(few, seed);
      return [...few.map((step) => JSON.stringify(step).slice(0, 2_000)), ...findings].join('\n');
    },
  };
}

const sameSeed = async (): Promise<string> => 'the same seed plays it again';

/** All targets. */
export const TARGETS = {
  vault: ofSteps(playRound),
  socket: ofSteps(playThroughSocket),
  reader: { play: async (seed) => playReader(seed, LINES), explain: sameSeed },
  library: { play: (seed) => playLibrary(seed, CALLS), explain: sameSeed },
} satisfies Record<string, Target>;
export type TargetName = keyof typeof TARGETS;

/** Rounds of one target for seeds from `first` on, put together. Stops at the first finding. */
export async function playMany(name: TargetName, first: number, rounds: number): Promise<Played> {
  const all: Played = { messages: 0, reached: new Set(), findings: [] };
  for (let seed = first; seed < first + rounds && all.findings.length === 0; seed += 1) {
    const { messages, reached, findings } = await TARGETS[name].play(seed);
    all.messages += messages;
    for (const what of reached) all.reached.add(what);
    if (findings.length > 0)
      all.findings.push(`${name}, seed ${seed}`, ...findings, await TARGETS[name].explain(seed));
  }
  return all;
}
