// Tells the backend that somebody is there: any input in the window, said now and then. The backend locks the
// wallet when nothing was said for the time that was chosen; half a minute before, the window says so.
import { backend } from '../ipc';
import { t } from '../messages';
import { notify } from './announcer.svelte';
import { wallet } from './wallet.svelte';

const SAY_EVERY = 5_000;
const WARN_BEFORE = 30_000;

let last = Date.now();
let said = 0;
let warned = false;
let held = 0;

function seen(): void {
  last = Date.now();
  warned = false;
  if (last - said < SAY_EVERY || wallet.state?.wallet !== 'open') return;
  said = last;
  void backend.touched().catch(() => undefined);
}

function look(): void {
  if (held > 0) return seen();
  const minutes = wallet.state?.wallet === 'open' ? wallet.state.lock?.idleMinutes : null;
  if (!minutes || warned) return;
  if (Date.now() - last >= minutes * 60_000 - WARN_BEFORE) {
    warned = true;
    notify(t().lock.soon);
  }
}

/** Counts as presence until it is let go: for what is shown to others for a long time without input. */
export function stayPresent(): () => void {
  held += 1;
  seen();
  let over = false;
  return () => {
    if (!over) held -= 1;
    over = true;
  };
}

/** Follow the input of this window for as long as it lives. */
export function followPresence(): () => void {
  const kinds = ['pointerdown', 'pointermove', 'keydown', 'wheel', 'input', 'paste', 'drop'];
  for (const kind of kinds) window.addEventListener(kind, seen, { capture: true, passive: true });
  const timer = setInterval(look, 1000);
  return () => {
    for (const kind of kinds) window.removeEventListener(kind, seen, { capture: true });
    clearInterval(timer);
  };
}
