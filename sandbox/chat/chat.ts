import { randomUUID } from 'node:crypto';

/** A message that is to be sent. */
export interface Utterance {
  readonly broadcasterId: string;
  readonly senderId: string;
  readonly text: string;
  /** Said with `/me`. */
  readonly action?: boolean | undefined;
  /** The ID of the message it answers. */
  readonly replyTo?: string | undefined;
}

/** A message that was sent. */
export interface ChatMessage extends Utterance {
  readonly id: string;
  readonly action: boolean;
  /** Milliseconds since 1970. */
  readonly at: number;
}

/** Called with every message; `origin` is whatever the sender gave to know its own by. */
export type ChatListener = (message: ChatMessage, origin: unknown) => void;

/** All chats of the sandbox: what is said over IRC or through Helix is heard over IRC and EventSub. */
export interface Chat {
  send(utterance: Utterance, origin?: unknown): ChatMessage;
  messages(): readonly ChatMessage[];
  /** For as long as the sandbox runs. */
  onMessage(listener: ChatListener): void;
}

/** Messages kept; older ones go first. */
const MAX_KEPT_MESSAGES = 1000;

/** An empty chat. */
export function openChat(now: () => number): Chat {
  const messages: ChatMessage[] = [];
  const listeners: ChatListener[] = [];
  return {
    send: (utterance, origin) => {
      const message = { action: false, ...utterance, id: randomUUID(), at: now() } as ChatMessage;
      messages.push(message);
      if (messages.length > MAX_KEPT_MESSAGES) messages.shift();
      for (const listener of listeners) listener(message, origin);
      return message;
    },
    messages: () => [...messages],
    onMessage: (listener) => void listeners.push(listener),
  };
}
