/**
 * Somebody else's words in quotation marks that they can't end: any mark in them that could pass for a closing
 * one becomes an apostrophe. A job's or a bot's name would otherwise go on speaking in Castkey's own voice.
 */
export function quoted(words: string): string {
  return `“${words.replace(/[“”„‟«»"＂〝〞〟]/gu, '’')}”`;
}
