/** Every host of Twitch that the sandbox stands in for, as `--as-twitch` and `castkey sandbox run` lead it here. */
export const TWITCH_HOSTS = [
  'id.twitch.tv',
  'api.twitch.tv',
  'irc.chat.twitch.tv',
  'irc-ws.chat.twitch.tv',
  'irc.twitch.tv',
  'eventsub.wss.twitch.tv',
  'www.twitch.tv',
] as const;

/** The ports they are reached at: web without and with TLS, chat without and with TLS. */
export const TWITCH_PORTS = [80, 443, 6667, 6697] as const;

/** Whether a program believes to speak to Twitch; the name is without its port. */
export const isTwitchHost = (name: string): boolean =>
  TWITCH_HOSTS.some((host) => host === name.toLowerCase());
