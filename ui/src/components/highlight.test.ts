import { expect, test } from 'vitest';
import { highlight } from './highlight';

const marked = (text: string, words: string) =>
  highlight(text, words)
    .map(({ text, hit }) => (hit ? `[${text}]` : text))
    .join('');

test.each([
  ['Permanent resident card', 'res', 'Permanent [res]ident card'],
  ['Peña Núñez', 'nun pena', '[Peña] [Núñ]ez'],
  ['Andrea Andersson', 'and', '[And]rea [And]ersson'],
  ['Library', 'rary', 'Library'],
  ['Alice', '', 'Alice'],
  ['a.b', '(', 'a.b'],
])('%s with %s is %s', (text, words, expected) => expect(marked(text, words)).toBe(expected));
