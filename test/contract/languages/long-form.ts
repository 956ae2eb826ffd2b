import { LACED } from '../../../clients/conformance/client/hostile-scenarios.ts';
import type { Scenario } from '../../../clients/conformance/client/scenario.ts';
import { SCENARIOS } from '../../../clients/conformance/client/scenarios.ts';

/** With CASTKEY_LANGUAGES=all nothing is left out of these tests; README.md tells what is otherwise. */
export const IS_LONG = process.env.CASTKEY_LANGUAGES === 'all';

/** Everything that the judge of clients tries. */
export const WHOLE_JUDGE: readonly Scenario[] = SCENARIOS;

/** A first start, and tokens that would be commands elsewhere: for whom the rest takes long and others stand for. */
export const JUDGE_IN_SHORT: readonly Scenario[] = IS_LONG
  ? WHOLE_JUDGE
  : [...SCENARIOS.slice(0, 1), ...LACED];
