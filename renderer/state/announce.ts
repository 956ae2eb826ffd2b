import { create } from 'zustand';

/** What was last said to those who don't see the window. `turn` tells two of the same words apart. */
export const announcementStore = create<{ text: string; turn: number }>(() => ({ text: '', turn: 0 }));

/** Says that something has gone well where nothing else on the window says it. */
export function announce(text: string): void {
  announcementStore.setState(({ turn }) => ({ text, turn: turn + 1 }));
}
