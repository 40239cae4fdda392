// How large everything is shown: Ctrl and +, - or 0, in the locked window too. The backend keeps it.
import { backend } from '../ipc';
import { language, t } from '../messages';
import { announce } from './announcer.svelte';
import { wallet } from './wallet.svelte';

const SIZES = [50, 67, 80, 90, 100, 110, 125, 150, 175, 200];

/** The size that follows, `step` sizes away. */
export function sizeAfter(percent: number, step: number): number {
  const nearest = SIZES.reduce((best, size) =>
    Math.abs(size - percent) < Math.abs(best - percent) ? size : best,
  );
  return SIZES[Math.min(Math.max(SIZES.indexOf(nearest) + step, 0), SIZES.length - 1)] ?? 100;
}

/** Takes the key if it is one of the three. */
export function onZoomKey(event: KeyboardEvent): boolean {
  if (!(event.ctrlKey || event.metaKey) || event.altKey) return false;
  const now = wallet.state?.zoom ?? 100;
  let wanted: number;
  if (event.key === '+' || event.key === '=') wanted = sizeAfter(now, 1);
  else if (event.key === '-' || event.key === '_') wanted = sizeAfter(now, -1);
  else if (event.key === '0') wanted = 100;
  else return false;
  event.preventDefault();
  void choose(wanted);
  return true;
}

async function choose(percent: number): Promise<void> {
  try {
    if (wallet.state) wallet.state = { ...wallet.state, zoom: percent };
    await backend.chooseZoom(percent);
    announce(
      t().shortcuts.zoom(new Intl.NumberFormat(language(), { style: 'percent' }).format(percent / 100)),
    );
  } catch {
    // The size holds; only keeping it failed.
  }
}
