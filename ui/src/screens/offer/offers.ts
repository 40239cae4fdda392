/** An offer's state as a sentence, in the person's language. */
import type { OfferRow } from '../../bindings';
import { t } from '../../messages';

export function offerSentence(row: OfferRow): string {
  const words = t().offers.sentences[row.state];
  return typeof words === 'string' ? words : words(row.other ?? t().offers.someone);
}
