/** Why the bridge can't be opened there: a sentence for the streamer. */
export class SocketProblem extends Error {}
