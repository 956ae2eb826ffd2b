/** castkey-client: Twitch tokens for bots, from the Castkey vault on the same computer. */
export { connect } from './connect.ts';
export {
  CastkeyError,
  type CastkeyErrorCode,
  type CastkeyErrorDetails,
  type ClientErrorCode,
} from './errors.ts';
export type {
  CastkeyAuthProvider,
  CastkeyToken,
  CastkeyUser,
  CastkeyUserToken,
  ConnectionState,
  ConnectionStatus,
  ConnectOptions,
  TokenChange,
  VaultStatus,
  Want,
} from './types.ts';
export type { UserIdResolvable } from './user-id.ts';
