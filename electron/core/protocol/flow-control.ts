import type { Pipe } from '../ports.ts';

/** One reason not to read from a peer. */
export type PauseHandle = Pick<Pipe, 'pause' | 'resume'>;

/** Handles on one pipe, as many as there are reasons: it is read again when the last of them resumes. */
export function createFlowControl(pipe: Pick<Pipe, 'pause' | 'resume'>): () => PauseHandle {
  const paused = new Set<PauseHandle>();
  return () => {
    const handle: PauseHandle = {
      pause() {
        if (paused.size === 0) pipe.pause();
        paused.add(handle);
      },
      resume() {
        if (paused.delete(handle) && paused.size === 0) pipe.resume();
      },
    };
    return handle;
  };
}
