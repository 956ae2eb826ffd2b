/** In the real Electron: one request as the vault makes them, and what came of it on the standard output. */
import { app } from 'electron';
import { createHttp } from '../../electron/adapters/http.ts';

const url = 'https://id.twitch.tv/oauth2/validate';

app.disableHardwareAcceleration();
void app.whenReady().then(async () => {
  const http = createHttp((asked) => app.resolveProxy(asked));
  const reply = await http({ method: 'GET', url, headers: {}, timeoutMs: 10_000 });
  process.stdout.write(`REPLY ${JSON.stringify(reply)}\n`);
  app.exit(0);
});
