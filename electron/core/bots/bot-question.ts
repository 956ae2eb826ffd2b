/** What every question about a paired bot says of it. */
import type { Applications } from '../applications/applications.ts';
import { applicationOf, applicationView } from './bot-application.ts';
import type { BotConnection, Interaction } from './bot-connection.ts';
import type { Bots } from './bots.ts';
import { type ApprovalRequest, processOf } from './question.ts';
import { similarNameViews } from './similar-names.ts';

/** The part that doesn't depend on what the bot wants. */
export function botQuestion(
  { applications, bots }: { applications: Applications; bots: Pick<Bots, 'list'> },
  connection: BotConnection,
  { interactive }: Pick<Interaction, 'interactive'>,
): Omit<ApprovalRequest, 'kind' | 'asked' | 'changes' | 'wants'> {
  const { bot, peer, lookAgain } = connection;
  const { keyId, name } = bot;
  return {
    ...{ requester: keyId, limitedAs: keyId, paired: true, claimedName: name, reason: '' },
    ...{ peer, lookAgain, quietly: interactive === 'notify' },
    process: processOf(peer, connection),
    application: () => applicationView(applicationOf(connection, applications), applications),
    similarNames: () => similarNameViews(name, bots.list(), bot),
  };
}
