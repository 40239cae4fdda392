// What jsdom lacks and every component test needs. The mock begins anew before each.
import '@testing-library/jest-dom/vitest';
import { cleanup } from '@testing-library/svelte';
import { afterEach, beforeEach } from 'vitest';
import { announcer } from '../state/announcer.svelte';
import { navigation } from '../state/navigation.svelte';
import { sheets } from '../state/sheets.svelte';
import { wallet } from '../state/wallet.svelte';
import { pace, reset } from './backend';

class NoResizes implements ResizeObserver {
  readonly #hear: ResizeObserverCallback;
  constructor(hear: ResizeObserverCallback) {
    this.#hear = hear;
  }
  observe(): void {
    this.#hear([], this);
  }
  unobserve(): void {
    // Nothing is watched.
  }
  disconnect(): void {
    // Nothing is watched.
  }
}

globalThis.ResizeObserver = NoResizes;
globalThis.matchMedia = (query: string) =>
  ({
    media: query,
    matches: false,
    addEventListener: () => undefined,
    removeEventListener: () => undefined,
  }) as unknown as MediaQueryList;
// jsdom knows no modal dialogs and no layout.
HTMLDialogElement.prototype.showModal = function showModal() {
  this.open = true;
};
HTMLDialogElement.prototype.close = function close() {
  this.open = false;
};
Element.prototype.scrollIntoView = () => undefined;
Object.defineProperty(HTMLElement.prototype, 'clientHeight', { configurable: true, get: () => 600 });
globalThis.CSS ??= {} as typeof CSS;
CSS.escape ??= (text: string) => text;

Blob.prototype.arrayBuffer ??= function arrayBuffer(this: Blob) {
  return new Promise<ArrayBuffer>((resolve) => {
    const reader = new FileReader();
    reader.onload = () => resolve(reader.result as ArrayBuffer);
    reader.readAsArrayBuffer(this);
  });
};
Blob.prototype.text ??= function text(this: Blob) {
  return this.arrayBuffer().then((bytes) => new TextDecoder().decode(bytes));
};

afterEach(() => cleanup());

beforeEach(() => {
  reset('full');
  pace.step = 5;
  announcer.notices = [];
  navigation.reset();
  sheets.close();
  wallet.state = undefined;
  wallet.firstStart = false;
});
