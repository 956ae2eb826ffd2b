import type { NoticeView } from '../../../shared/views.ts';

const MAX_NOTICES = 20;

/** Things the streamer should read once, until she puts them away. */
export interface Notices {
  add(tone: NoticeView['tone'], text: string): void;
  dismiss(id: number): void;
  list(): NoticeView[];
}

/** A text that is already shown is not shown twice. */
export function createNotices(changed: () => void): Notices {
  let notices: NoticeView[] = [];
  let lastId = 0;
  return {
    add(tone, text) {
      if (notices.some((notice) => notice.text === text)) return;
      lastId += 1;
      notices = [...notices, { id: lastId, tone, text }].slice(-MAX_NOTICES);
      changed();
    },
    dismiss(id) {
      notices = notices.filter((notice) => notice.id !== id);
      changed();
    },
    list: () => notices,
  };
}
