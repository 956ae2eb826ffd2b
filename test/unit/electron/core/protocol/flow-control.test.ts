import { expect, it } from 'vitest';
import { createFlowControl } from '../../../../../electron/core/protocol/flow-control.ts';

it('a pipe is read again when the last reason not to is gone, and told of no change in between', () => {
  const told: string[] = [];
  const pauseHandle = createFlowControl({
    pause: () => told.push('pause'),
    resume: () => told.push('resume'),
  });
  const [answers, lines] = [pauseHandle(), pauseHandle()];
  answers.resume();
  answers.pause();
  answers.pause();
  lines.pause();
  answers.resume();
  answers.resume();
  expect(told).toEqual(['pause']);
  lines.resume();
  expect(told).toEqual(['pause', 'resume']);
});
