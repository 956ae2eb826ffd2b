import { expect, it } from 'vitest';
import { readProcStat } from '../../../../electron/policy/proc-stat.ts';

it.each(['bot', 'a b', ') Z 1 (', ')', '(('])('the name %j takes nothing else’s place', (name) => {
  expect(readProcStat(`7 (${name}) S 42 7`)).toEqual({ name, fields: ['S', '42', '7'] });
});
