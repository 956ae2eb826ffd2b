import type { Pipe } from '../ports.ts';

/** One reason not to read from a peer. */
export type Brake = Pick<Pipe, 'pause' | 'resume'>;

/** Brakes on one pipe, as many as there are reasons: it is read again when the last of them lets go. */
export function createBrakes(pipe: Pick<Pipe, 'pause' | 'resume'>): () => Brake {
  const pulled = new Set<Brake>();
  return () => {
    const brake: Brake = {
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
