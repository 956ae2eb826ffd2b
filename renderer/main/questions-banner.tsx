import { quoted } from '../../shared/quoted.ts';
import type { WaitingQuestionView } from '../../shared/views.ts';
import { ActionButton } from '../components/action-button.tsx';
import { Banner } from '../components/banner.tsx';
import { safeText } from '../format/safe-text.ts';
import { ask } from '../state/ask.ts';
import { vaultCalls } from '../state/preload-api.ts';
import { useVault } from '../state/window-stores.ts';
import { IconUserQuestion } from '../theme/icons.ts';

/** Bots whose questions wait without a window, until she opens them here. */
export function QuestionsBanner() {
  const questions = useVault((vault) => vault.questions);
  if (questions.length === 0) return null;
  return (
    <Banner
      tone="warning"
      icon={IconUserQuestion}
      title={`${waitingWords(questions)} for your answer.`}
      action={
        <ActionButton size="xs" variant="default" onClick={() => void ask(vaultCalls()['question.open']())}>
          Open the question
        </ActionButton>
      }
    >
      It came without a window, so as not to disturb you.
    </Banner>
  );
}

/** "“chat-bot” waits", "“chat-bot” and 2 more wait". */
export function waitingWords(questions: readonly WaitingQuestionView[]): string {
  const [first, ...others] = [...new Set(questions.map(({ bot }) => bot))];
  const name = quoted(safeText(first ?? ''));
  return others.length === 0 ? `${name} waits` : `${name} and ${others.length} more wait`;
}
