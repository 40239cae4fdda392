// Which sheet lies over the window. One at a time: a second one takes the place of the first.
import type { Found, HandedOver } from '../bindings';

export type SheetState =
  | { kind: 'add'; text?: string; image?: string; found?: Found; link?: HandedOver }
  | { kind: 'offer'; exchangeId: string }
  | { kind: 'invite' }
  | { kind: 'identity' }
  | { kind: 'shortcuts' }
  | { kind: 'palette' };

class Sheets {
  open = $state.raw<SheetState | null>(null);

  add(given: { text?: string; image?: string; found?: Found; link?: HandedOver } = {}): void {
    this.open = { kind: 'add', ...given };
  }

  offer(exchangeId: string): void {
    this.open = { kind: 'offer', exchangeId };
  }

  invite(): void {
    this.open = { kind: 'invite' };
  }

  identity(): void {
    this.open = { kind: 'identity' };
  }

  shortcuts(): void {
    this.open = { kind: 'shortcuts' };
  }

  palette(): void {
    this.open = { kind: 'palette' };
  }

  close(): void {
    this.open = null;
  }
}

export const sheets = new Sheets();
