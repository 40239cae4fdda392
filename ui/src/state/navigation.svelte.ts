// Where the window is: a screen, and what is open in it. One step back is kept for each step made.
import { onShowPlace } from '../ipc';

export type Screen =
  'credentials' | 'offers' | 'issue' | 'connections' | 'identities' | 'activity' | 'settings';
/** What is open: an id, and what kind of thing it names where a screen has several. */
export interface Place {
  screen: Screen;
  kind: 'item' | 'exchange' | 'invitation' | 'new' | 'run' | 'table' | 'template' | null;
  id: string | null;
}

class Navigation {
  place = $state.raw<Place>({ screen: 'credentials', kind: null, id: null });
  #trail: Place[] = [];

  go(screen: Screen, kind: Place['kind'] = null, id: string | null = null): void {
    const from = this.place;
    if (from.screen === screen && from.kind === kind && from.id === id) return;
    this.#trail = [...this.#trail.slice(-49), from];
    this.place = { screen, kind, id };
  }

  /** Follow the ways that lead here from outside the window, for as long as it lives. They wait behind the lock. */
  follow(): () => void {
    return onShowPlace(({ place: { screen, open } }) =>
      this.go(screen, open?.kind ?? null, open?.id ?? null),
    );
  }

  /** Show another thing in the same list: not a step to go back over. */
  pick(kind: Place['kind'], id: string | null): void {
    this.place = { screen: this.place.screen, kind, id };
  }

  /** Close what is open; then, one step back. */
  back(): void {
    if (this.place.kind !== null) this.pick(null, null);
    else this.place = this.#trail.pop() ?? this.place;
  }

  reset(): void {
    this.#trail = [];
    this.place = { screen: 'credentials', kind: null, id: null };
  }
}

export const navigation = new Navigation();
