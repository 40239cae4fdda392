// Which of a credential's values are hidden until they are asked for. A name or a degree is what the card is
// for; a number of a document, a date of birth or an address is what somebody looking over a shoulder wants.
import type { HiddenValues } from '../bindings';

const WORDS = new RegExp(
  [
    '\\b(number|nummer|no|nr|id|identifier|ssn|tax|tin|steuer\\w*|passport|reisepass|ausweis\\w*)\\b',
    '\\b(licen[cs]e|account|konto\\w*|iban|bic|phone|telefon|mobile|handy|e?mail|address|adresse|anschrift)\\b',
    '\\b(street|stra(ss|ß)e|postal|post|zip|plz|birth\\w*|born|geburt\\w*|geboren|age|alter)\\b',
    '\\b(salary|income|gehalt|einkommen|health|diagnos\\w*|blood|blut\\w*|insurance|versicherung\\w*)\\b',
    '\\b(social|religion|gender|geschlecht|sex|portrait|photo|biometric\\w*|secret|password|pin)\\b',
  ].join('|'),
  'i',
);

/** A term's name or a label as words: "lprNumber" and "lpr_number" are "lpr number". */
const words = (text: string): string =>
  text.replace(/([a-zäöü\d])([A-ZÄÖÜ])/g, '$1 $2').replace(/[^\p{L}\d]+/gu, ' ');

export function looksSensitive(path: string, label: string): boolean {
  return WORDS.test(words(path.split('.').at(-1) ?? '')) || WORDS.test(words(label));
}

/** Whether this value is hidden, as the person chose. */
export function hides(chosen: HiddenValues | undefined, path: string, label: string): boolean {
  if (chosen === 'nothing') return false;
  return chosen === 'all' || looksSensitive(path, label);
}

const DOTS = '••••••';

/** A value where it stands among other things and cannot be asked for: on the card's face, in the list's row. */
export const veiled = (chosen: HiddenValues | undefined, label: string, value: string): string =>
  hides(chosen, '', label) ? DOTS : value;
