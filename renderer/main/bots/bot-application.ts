import type { ApplicationView, BotView } from '../../../shared/views.ts';

/** Client ID of the Twitch application a bot's tokens are of; null while there is none for it. */
export function clientIdOf(
  { clientId }: Pick<BotView, 'clientId'>,
  applications: readonly ApplicationView[],
): string | null {
  return clientId ?? applications.find(({ isDefault }) => isDefault)?.clientId ?? null;
}
