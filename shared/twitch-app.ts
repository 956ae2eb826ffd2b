/** Facts about the Twitch application ("client") Castkey works for that both sides must agree on. */

/**
 * What the streamer enters as "OAuth Redirect URL" in Twitch's console. Nothing listens there: the
 * redirect is caught before it loads. Twitch compares it letter by letter, the last slash included.
 */
export const REDIRECT_URI = 'http://localhost:17563/';
