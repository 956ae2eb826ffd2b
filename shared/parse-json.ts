/** The value a JSON text stands for; undefined, which no JSON value is, when it isn't JSON. */
export function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined; // cut off, or something else altogether: each caller knows what that means for it
  }
}
