import type { Socket } from 'node:net';
import type { IrcServer } from './irc-server.ts';

/**
 * Bytes of a line: 8191 of tags that a client may send (IRCv3, message tags) and 512 of the rest (RFC 1459, 2.3),
 * with room for a message of 500 characters of up to four bytes. Whoever sends more is cut off.
 */
const MAX_LINE_BYTES = 8191 + 512 + 2000;

/** Bytes that may wait for a client that reads too slowly; then it is cut off, as every chat server does. */
const MAX_WAITING_BYTES = 1_048_576;

/** Cuts bytes into lines, whichever way they come: in pieces, several at once, with `\r\n` or a bare `\n`. */
function lineReader(hear: (line: string) => void, tooLong: () => void): (bytes: Buffer) => void {
  let rest: Buffer[] = [];
  let waiting = 0;
  return (bytes) => {
    let from = 0;
    for (let end = bytes.indexOf(10); end !== -1; end = bytes.indexOf(10, from)) {
      // Whole lines only become text: a sign of several bytes may come in two pieces.
      const line = Buffer.concat([...rest, bytes.subarray(from, end)]);
      if (line.length > MAX_LINE_BYTES) return tooLong();
      hear(line.toString('utf8').replace(/\r+$/, ''));
      [rest, waiting, from] = [[], 0, end + 1];
    }
    rest.push(bytes.subarray(from));
    waiting += bytes.length - from;
    if (waiting > MAX_LINE_BYTES) tooLong();
  };
}

/** Chat over a bare connection, plain or TLS, as on the ports 6667 and 6697 of irc.chat.twitch.tv. */
export function serveIrcStream(server: IrcServer, socket: Socket): void {
  const { receive, closed } = server.connect({
    send: (line) => {
      if (socket.destroyed || socket.writableEnded) return;
      socket.write(`${line}\r\n`);
      if (socket.writableLength > MAX_WAITING_BYTES) socket.destroy();
    },
    // What was said last, such as why, still goes out.
    close: () => socket.end(() => socket.destroy()),
  });
  socket.on(
    'data',
    lineReader(receive, () => socket.destroy()),
  );
  socket.on('end', () => socket.end());
  socket.on('close', closed);
}
