/** A long identifier with its middle left out: the method and the last characters stay readable. */
export function shorten(text: string, length = 34): string {
  if (text.length <= length) return text;
  const tail = 8;
  return `${text.slice(0, length - tail - 1)}…${text.slice(-tail)}`;
}
