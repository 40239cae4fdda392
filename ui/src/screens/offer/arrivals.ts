/** Says once that a credential has come, wherever the person is and whenever it came: also behind the lock, or after
 *  the program was closed. */
import { backend } from '../../ipc';
import { t } from '../../messages';
import { notify } from '../../state/announcer.svelte';
import { navigation } from '../../state/navigation.svelte';
import { sheets } from '../../state/sheets.svelte';

export async function tellArrivals(): Promise<void> {
  const arrivals = await backend.takeArrivals().catch(() => []);
  // The sheet that shows an offer's steps says it itself.
  const open = sheets.open?.kind === 'offer' ? sheets.open.exchangeId : null;
  const fresh = arrivals.filter((one) => one.exchangeId !== open);
  const first = fresh[0];
  if (!first) return;
  const text =
    fresh.length === 1
      ? t().offers.arrived(first.title, first.other ?? t().offers.someone)
      : t().offers.arrivedMany(fresh.length);
  const run = () => {
    sheets.close();
    if (fresh.length === 1) navigation.go('credentials', 'item', first.credentialId);
    else navigation.go('credentials');
  };
  notify(text, { label: t().offers.showThem, run });
}
