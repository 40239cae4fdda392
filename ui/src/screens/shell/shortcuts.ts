/** The keys that work anywhere in the open wallet. Cmd serves as Ctrl where the desktop has it. */
import { navigation, type Screen } from '../../state/navigation.svelte';
import { sheets } from '../../state/sheets.svelte';
import { wallet } from '../../state/wallet.svelte';

const screens: Screen[] = ['credentials', 'offers', 'issue', 'connections', 'identities', 'activity'];

export function onShortcut(event: KeyboardEvent): void {
  const control = (event.ctrlKey || event.metaKey) && !event.altKey && !event.shiftKey;
  if (control) {
    const key = event.key.toLowerCase();
    const run = shortcut(key);
    if (run) {
      event.preventDefault();
      run();
    }
    return;
  }
  const plain = !event.ctrlKey && !event.metaKey && !event.altKey;
  const typing =
    event.target instanceof HTMLElement && event.target.closest('input, textarea, select') !== null;
  if (plain && (event.key === 'F1' || (event.key === '?' && !typing))) {
    event.preventDefault();
    if (sheets.open === null && !document.querySelector('dialog[open]')) sheets.shortcuts();
    return;
  }
  // Escape in a sheet is the sheet's own; elsewhere it goes one step back.
  if (event.key === 'Escape' && sheets.open === null && !event.defaultPrevented) {
    if (document.querySelector('dialog[open]')) return;
    navigation.back();
    document.querySelector<HTMLElement>('[role="listbox"]')?.focus();
  }
}

function shortcut(key: string): (() => void) | null {
  if (key === 'l') return () => void wallet.lock();
  if (key === 'k') return () => (sheets.open?.kind === 'palette' ? sheets.close() : sheets.palette());
  if (key === 'n') return () => sheets.add();
  if (key === 'f') return search;
  if (key === ',') return () => navigation.go('settings');
  const screen = screens[Number(key) - 1];
  return screen ? () => navigation.go(screen) : null;
}

function search(): void {
  if (sheets.open !== null) return;
  const field = document.querySelector<HTMLInputElement>('[data-search]');
  if (field) {
    field.focus();
    field.select();
  } else sheets.palette();
}
