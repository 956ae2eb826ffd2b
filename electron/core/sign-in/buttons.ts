/** What the streamer does in the sign-in window. */
import type { CallResult } from '../../../shared/ipc.ts';
import type { Deps } from '../ports.ts';
import type { Job } from './job.ts';

/** The window's buttons; each is for the sign-in with that ID, and does nothing for one that is over. */
export interface Buttons {
  here(id: string): CallResult<void>;
  browser(id: string): Promise<CallResult<void>>;
  copyLink(id: string): Promise<CallResult<void>>;
  back(id: string): CallResult<void>;
  cancel(id: string): CallResult<void>;
  /** The window was closed: the same as Cancel. */
  closed(): void;
  /** The Twitch page went to the redirect URI; the URL holds a one-time code, so never log it. */
  redirected(url: string): void;
}

interface Effects {
  update(job: Job, change: Partial<Pick<Job, 'problem' | 'stage'>>): void;
  cancel(job: Job): void;
}
type ButtonDeps = Pick<Deps, 'signIn' | 'desktop' | 'twitch'>;

const DONE: CallResult<void> = { ok: true, value: undefined };
const GONE: CallResult<void> = {
  ok: false,
  error: { code: 'not-found', message: 'This sign-in is already over.' },
};
const NO_CODE = refused('Twitch has not given a code yet; try again in a moment.');
const NO_BROWSER = refused('Your browser could not be opened. Use “Copy link”.');

/** `shown` is the sign-in that the window shows. */
export function createButtons(deps: ButtonDeps, shown: () => Job | null, effects: Effects): Buttons {
  const withJob = (id: string, run: (job: Job) => CallResult<void>): CallResult<void> => {
    const job = shown();
    return job?.id === id ? run(job) : GONE;
  };
  const withLink = async (
    id: string,
    run: (job: Job, link: string) => Promise<CallResult<void>>,
  ): Promise<CallResult<void>> => {
    const job = shown();
    const link = job?.flow?.link();
    if (job?.id !== id) return GONE;
    return link ? run(job, link) : NO_CODE;
  };

  return {
    here: (id) =>
      withJob(id, (job) => {
        const page = job.flow?.page();
        if (!page) return NO_CODE;
        effects.update(job, { stage: 'here', problem: '' });
        deps.signIn.showPage({ ...page, origins: deps.twitch.origins });
        return DONE;
      }),
    browser: (id) =>
      withLink(id, async (job, link) => {
        deps.signIn.hidePage();
        if (!(await deps.desktop.openBrowser(link))) return NO_BROWSER;
        effects.update(job, { stage: 'browser', problem: '' });
        return DONE;
      }),
    copyLink: (id) =>
      withLink(id, async (_job, link) => {
        await deps.desktop.copy(link);
        return DONE;
      }),
    back: (id) =>
      withJob(id, (job) => {
        deps.signIn.hidePage();
        effects.update(job, { stage: 'choose', problem: '' });
        return DONE;
      }),
    cancel: (id) =>
      withJob(id, (job) => {
        effects.cancel(job);
        return DONE;
      }),
    closed() {
      const job = shown();
      if (job) effects.cancel(job);
    },
    redirected: (url) => shown()?.flow?.redirected(url),
  };
}

function refused(message: string): CallResult<void> {
  return { ok: false, error: { code: 'refused', message } };
}
