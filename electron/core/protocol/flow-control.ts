import type { Pipe } from '../ports.ts';

/** One reason not to read from a peer. */
export type PauseHandle = Pick<Pipe, 'pause' | 'resume'>;

/** Brakes on one pipe, as many as there are reasons: it is read again when the last of them lets go. */
export function createFlowControl(pipe: Pick<Pipe, 'pause' | 'resume'>): () => PauseHandle {
  const pulled = new Set<PauseHandle>();
  return () => {
    const brake: PauseHandle = {
      pause() {
        if (pulled.size === 0) pipe.pause();
        pulled.add(brake);
      },
      resume() {
        if (pulled.delete(brake) && pulled.size === 0) pipe.resume();
      },
    };
    return brake;
  };
}
