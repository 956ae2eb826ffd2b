import { randomBytes } from 'node:crypto';
import { connect } from 'node:net';
import { z } from 'zod';
import { parseJson } from '../../../shared/parse-json.ts';

/** A busy Castkey answers within milliseconds; whoever takes longer is none, or none that serves anybody. */
const MAX_WAIT_MS = 3000;
const MAX_ANSWER_BYTES = 64 * 1024;
const helloShape = z.object({ result: z.object({ server: z.object({ name: z.literal('castkey') }) }) });

/**
 * Whether somebody at this path answers as Castkey does. Says `hello` and nothing else. False for whatever else
 * sits there, silent or not: it must not keep Castkey from starting.
 */
export function castkeyAnswers(path: string): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect(path);
    let heard = '';
    const end = (answer: boolean): void => {
      clearTimeout(late);
      socket.destroy();
      resolve(answer);
    };
    const late = setTimeout(() => end(false), MAX_WAIT_MS);
    socket.on('error', () => end(false));
    socket.on('close', () => end(false));
    socket.on('connect', () => socket.write(`${JSON.stringify(hello())}\n`));
    socket.on('data', (chunk) => {
      heard += chunk.toString('latin1');
      const [line, rest] = heard.split('\n', 2);
      if (rest !== undefined) end(helloShape.safeParse(parseJson(line ?? '')).success);
      else if (heard.length > MAX_ANSWER_BYTES) end(false);
    });
  });
}

const hello = (): object => ({
  jsonrpc: '2.0',
  id: 1,
  method: 'hello',
  params: { protocol: 1, client: { name: 'castkey' }, nonce: randomBytes(32).toString('base64url') },
});
