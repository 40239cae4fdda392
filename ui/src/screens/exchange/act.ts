/** What a person can do with an exchange, as commands; used by its detail, the offer and the queue. */
import type { ExchangeAction, ExchangeView } from '../../bindings';
import { backend } from '../../ipc';

export function act(
  action: Exclude<ExchangeAction, 'delete'>,
  id: string,
  reason: string | null,
): Promise<ExchangeView> {
  switch (action) {
    case 'accept':
      return backend.acceptOffer(id);
    case 'decline':
      return backend.declineOffer(id, reason);
    case 'issue':
      return backend.issueNow(id);
    case 'store':
      return backend.storeNow(id);
    case 'retry':
      return backend.retry(id);
    case 'cancel':
      return backend.cancelExchange(id, reason);
  }
}
