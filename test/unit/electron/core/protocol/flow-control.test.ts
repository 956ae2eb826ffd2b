import { expect, it } from 'vitest';
import { createFlowControl } from '../../../../../electron/core/protocol/flow-control.ts';

it('a pipe is read again when the last reason not to is gone, and told of no change in between', () => {
  const told: string[] = [];
  const brakes = createFlowControl({ pause: () => told.push('pause'), resume: () => told.push('resume') });
  const [answers, pace] = [brakes(), brakes()];
  answers.resume();
  answers.pause();
  answers.pause();
  pace.pause();
  answers.resume();
  answers.resume();
  expect(told).toEqual(['pause']);
  pace.resume();
  expect(told).toEqual(['pause', 'resume']);
});
