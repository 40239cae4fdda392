/** Where the words of a search begin in a text, without accents and case, as the search itself compares. */

export interface Part {
  text: string;
  hit: boolean;
}

const fold = (text: string): string => text.normalize('NFD').replace(/\p{M}/gu, '').toLowerCase();

const split = (text: string): string[] => text.split(/[^\p{L}\p{N}\p{M}]+/u).filter(Boolean);

export function highlight(text: string, search: string): Part[] {
  const words = split(search).map(fold);
  if (words.length === 0 || text === '') return [{ text, hit: false }];
  const parts: Part[] = [];
  let end = 0;
  for (const found of text.normalize('NFC').matchAll(/[\p{L}\p{N}\p{M}]+/gu)) {
    const folded = fold(found[0]);
    const length = Math.max(0, ...words.filter((word) => folded.startsWith(word)).map((word) => word.length));
    if (length === 0) continue;
    // A letter is one character once composed, so that as many letters as were typed are marked.
    const hit = [...found[0]].slice(0, [...fold(found[0]).slice(0, length)].length).join('');
    if (found.index > end) parts.push({ text: text.normalize('NFC').slice(end, found.index), hit: false });
    parts.push({ text: hit, hit: true });
    end = found.index + hit.length;
  }
  const rest = text.normalize('NFC').slice(end);
  if (rest !== '') parts.push({ text: rest, hit: false });
  return parts;
}
