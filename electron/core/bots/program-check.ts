/** Whether the program that uses a bot's key may have anything at all: a changed one waits for the streamer. */

import { LIMITS } from '../../../shared/protocol.ts';
import type { ApprovalWantView } from '../../../shared/views.ts';
import type { Accounts } from '../accounts/accounts.ts';
import type { Activity } from '../activity/activity.ts';
import { botRemoved, programChanged, type Result, success } from '../result.ts';
import type { Approvals } from './approvals.ts';
import type { Interaction } from './authorizer.ts';
import type { Bot, Bots } from './bots.ts';
import { isYes, refusalOf, decisionText } from './decision.ts';
import { peerView } from './peer-view.ts';
import type { ProgramMonitor, Visit } from './program-monitor.ts';
import { programKey } from './programs.ts';
import { botLabel, similarNameViews } from './similar-names.ts';

/** Before and after anything is worked out for a bot. */
export interface ProgramCheck {
  /** Asks the streamer if the program is another one than she allowed, and that keeps tokens from it. */
  admit(visit: Visit, patience: Interaction): Promise<Result<void>>;
  /** The last look before a token leaves; uses up an `Allow once`. */
  pass(visit: Visit): Result<void>;
}

/** Asks through `approvals`. */
export function createProgramCheck(
  changes: ProgramMonitor,
  accounts: Accounts,
  bots: Bots,
  approvals: Approvals,
  activity: Activity,
): ProgramCheck {
  /** What the bot may do, as the window shows it. */
  function grantViews({ grants }: Bot): ApprovalWantView[] {
    return grants.map(({ userId, intent, scopes }) => {
      const account = userId === null ? accounts.holder(intent ?? '') : accounts.get(userId);
      const login = account?.login ?? '';
      return {
        intent,
        account: account && { userId: account.userId, login, displayName: login },
        choices: [],
        scopes,
      };
    });
  }

  async function ask(
    visit: Visit,
    held: NonNullable<ReturnType<typeof changes.held>>,
    ms: number,
  ): Promise<Result<void>> {
    const { bot, facts } = visit;
    const { keyId, name } = bot;
    const from = JSON.stringify([keyId, programKey(held.seen)]);
    const question = { kind: 'changed', from, source: keyId, paired: true, facts } as const;
    const shown = { claimedName: name, reason: '', changes: held.changes, wants: grantViews(bot) };
    const similarNames = similarNameViews(name, bots.list(), bot);
    const verdict = await approvals.ask({ ...question, ...shown, similarNames }, ms, visit.gone);
    const ok = isYes(verdict);
    const text = decisionText(`The changed program of ${botLabel(bot, bots.list())}`, 'its key', verdict);
    activity.add('approval', text, { bot: name, ok, peer: peerView(name, true, facts) });
    if (!isYes(verdict)) return refusalOf(verdict);
    if (verdict.kind === 'once') visit.passes += 1;
    else {
      changes.accept(bot, held.seen);
      await bots.keep();
    }
    return success(undefined);
  }

  return {
    async admit(visit, { interactive, timeoutMs }) {
      if (visit.looking !== null) await visit.looking;
      const held = changes.held(visit);
      if (held === null) return success(undefined);
      if (interactive === 'never') return programChanged();
      return ask(visit, held, Math.min(timeoutMs, LIMITS.timeoutMs.max));
    },
    pass(visit) {
      if (bots.get(visit.bot.keyId) === null) return botRemoved();
      if (changes.held(visit) === null) return success(undefined);
      if (visit.passes === 0) return programChanged();
      visit.passes -= 1;
      return success(undefined);
    },
  };
}
