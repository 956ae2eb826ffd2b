import { type RefObject, useEffect, useRef } from 'react';
import { PROMPT_GUARD } from '../../shared/ipc.ts';
import type { ApprovalView } from '../../shared/prompt-views.ts';
import { problemOf } from '../state/ask.ts';
import { approvalCalls } from '../state/preload-api.ts';

/** Frames between two reports; core takes a page that is silent for a second for one that stands still. */
const FRAMES_A_REPORT = 12;

/**
 * Tells the main process that this question has been drawn, and goes on as long as frames are drawn, until every
 * answer is taken: a screen that was stopped shows something else. Returns the line to be filled. Each frame it
 * looks different, so that none is left out as one that changes nothing.
 */
export function usePresented({ id, digest, answerable }: ApprovalView): RefObject<HTMLDivElement | null> {
  const line = useRef<HTMLDivElement>(null);
  const open = answerable === 'all';
  useEffect(() => {
    if (open) return;
    let frame = 0;
    let left = false;
    const since = performance.now();
    const drawn = (frames: number) =>
      new Promise<void>((resolve) => {
        const next = (remaining: number) => (now: number) => {
          const part = Math.min(1, Math.max(0, (now - since) / PROMPT_GUARD.allowMs));
          line.current?.style.setProperty('transform', `scaleX(${part})`);
          if (remaining === 0) resolve();
          else frame = requestAnimationFrame(next(remaining - 1));
        };
        frame = requestAnimationFrame(next(frames - 1));
      });
    const tell = async () => {
      // The second frame begins only when the first one, which holds the question, has been handed on.
      for (let frames = 2; !left; ) {
        await drawn(frames);
        if (left) return;
        const problem = await problemOf(approvalCalls()['approval.presented']({ id, digest }));
        frames = problem === null ? FRAMES_A_REPORT : 2;
      }
    };
    void tell();
    return () => {
      left = true;
      cancelAnimationFrame(frame);
    };
  }, [id, digest, open]);
  return line;
}
