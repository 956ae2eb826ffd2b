import { randomUUID } from 'node:crypto';

/** A message a bot sent. */
export interface ChatMessage {
  readonly id: string;
  readonly broadcasterId: string;
  readonly senderId: string;
  readonly text: string;
  /** Milliseconds since 1970. */
  readonly at: number;
}

/** All chats of the sandbox. They are heard by nobody but can be read back by tests and by the demo. */
export interface Chat {
  send(broadcasterId: string, senderId: string, text: string): ChatMessage;
  messages(): readonly ChatMessage[];
}

/** Messages kept; older ones go first. */
const KEPT = 1000;

/** An empty chat. */
export function openChat(now: () => number): Chat {
  const messages: ChatMessage[] = [];
  return {
    send: (broadcasterId, senderId, text) => {
      const message = { id: randomUUID(), broadcasterId, senderId, text, at: now() };
      messages.push(message);
      if (messages.length > KEPT) messages.shift();
      return message;
    },
    messages: () => [...messages],
  };
}
