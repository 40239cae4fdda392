/** One or two letters to stand for a name: "University of Halden" is "UH". */
export function initials(name: string): string {
  const words = name
    .split(/[\s_-]+/u)
    .filter((word) => /^[\p{L}\p{N}]/u.test(word))
    .filter((word) => !/^(of|the|and|for|der|die|das|und|für|von)$/iu.test(word));
  const letters = words.slice(0, 2).map((word) => [...word][0] ?? '');
  return letters.join('').toLocaleUpperCase() || '?';
}
