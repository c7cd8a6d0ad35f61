/** Names and other foreign words made safe to print: they may hold anything, and a terminal obeys control characters. */

/** Control characters, and the marks that reverse the direction of what follows them. */
// biome-ignore lint/suspicious/noControlCharactersInRegex: these are what is looked for.
const unsafe = /[\u0000-\u001f\u007f-\u009f\u2028\u2029\u202a-\u202e\u2066-\u2069]/g;

/** The text with a visible sign in place of each control character and direction override. */
export function printable(text: string): string {
  return text.replace(unsafe, '\ufffd');
}
