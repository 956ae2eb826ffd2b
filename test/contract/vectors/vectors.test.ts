import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { PROTOCOL_VERSION } from '../../../shared/protocol.ts';
import { exchangeVectors } from './exchanges.ts';
import { framingVectors } from './framing.ts';
import { handshakeVectors } from './handshake.ts';
import { intentVectors } from './intents.ts';
import { keyFileVectors } from './key-files.ts';
import { errorVectors, messageVectors, stateMessageVectors } from './messages.ts';
import { keyPathVectors, refusedSocketVectors, socketVectors } from './paths.ts';
import { print } from './print-json.ts';

const FILE = fileURLToPath(new URL('../../../docs/protocol/vectors.json', import.meta.url));

const ABOUT = [
  "Test vectors of Castkey's wire protocol; docs/protocol.md explains them under “Vectors”.",
  'Computed from the code of both ends; renew with: npx vitest run --project contract test/contract/vectors -u',
];

describe('docs/protocol/vectors.json', () => {
  // Each part is computed by the real vault and the real client, and throws where the two differ.
  it('is what the vault and the client do', async () => {
    const vectors = {
      about: ABOUT,
      protocol: PROTOCOL_VERSION,
      handshake: handshakeVectors(),
      intents: intentVectors(),
      framing: framingVectors(),
      messages: messageVectors(),
      stateMessages: stateMessageVectors(),
      errors: errorVectors(),
      exchanges: await exchangeVectors(),
      sockets: socketVectors(),
      refusedSockets: refusedSocketVectors(),
      keyPaths: keyPathVectors(),
      keyFile: await keyFileVectors(),
    };
    await expect(`${print(vectors)}\n`).toMatchFileSnapshot(FILE);
  });
});
