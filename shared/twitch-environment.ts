/** Where Twitch is: the real one, or a stand-in on this computer. */
export interface TwitchEnvironment {
  /** Base of `/authorize`, `/device`, `/token`, `/validate`, `/revoke`; no slash at its end. */
  readonly identity: string;
  /** Base of Helix, its API; no slash at its end. */
  readonly helix: string;
  /** Origins that people's pictures come from; a picture anywhere else isn't fetched. */
  readonly pictures: readonly string[];
  /** Origins whose pages the sign-in window may show. */
  readonly origins: readonly string[];
  /** The stand-in, with its base URL; `builtIn` when it is the sandbox inside Castkey. Null with the real Twitch. */
  readonly standIn: { readonly url: string; readonly builtIn: boolean } | null;
}
