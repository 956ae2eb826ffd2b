import { Button } from '@mantine/core';
import { ask } from '../../state/ask.ts';
import { vaultCalls } from '../../state/preload-api.ts';
import { useVault } from '../../state/window-stores.ts';
import { IconExternalLink } from '../../theme/icons.ts';
import screen from '../screen.module.css';
import css from './bots.module.css';

const SAMPLE = `import { ApiClient } from '@twurple/api';
import { connect } from 'castkey-client';

const authProvider = await connect({
  name: 'my-chat-bot',
  wants: [{ intent: 'chat', scopes: [['chat:read'], ['chat:edit']] }],
});
const api = new ApiClient({ authProvider });`;

/** How a bot gets its tokens from Castkey, for whoever writes it. */
export function HowToConnect() {
  const socketPath = useVault((vault) => vault.socketPath);
  return (
    <section className={`${screen.card} ${css.how}`} aria-labelledby="how-heading">
      <h2 id="how-heading">Connect a bot</h2>
      <p className={screen.soft}>
        For whoever writes the bot: with castkey-client it needs no login of its own. Start it, and Castkey
        asks you. A Twitch application of its own it names by <code>twitchClientId</code>. Other languages,
        and bots to move: <code>docs/connect</code> in Castkey’s folder.
      </p>
      {/* biome-ignore lint/a11y/noNoninteractiveTabindex: it scrolls sideways and must be reachable by keyboard */}
      <section className={css.code} tabIndex={0} aria-label="Sample code">
        <pre>{SAMPLE}</pre>
      </section>
      <p>
        <span>Castkey listens at</span>
        <code className={css.path}>{socketPath}</code>
      </p>
      <div>
        <Button
          size="xs"
          variant="default"
          leftSection={<IconExternalLink size={15} aria-hidden />}
          onClick={() => void ask(vaultCalls()['page.open']({ page: 'help' }))}
        >
          Twitch on logins and scopes
        </Button>
      </div>
    </section>
  );
}
