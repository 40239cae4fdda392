// The rehearsal as this window shows it: a mirror of the backend's, and whether it lies over the wallet.
import type { Failure, RehearsalView } from '../bindings';
import { asFailure, backend } from '../ipc';

class Rehearsal {
  view = $state.raw<RehearsalView>();
  failure = $state.raw<Failure>();
  shown = $state(false);
  busy = $state<'begin' | 'step' | 'remove' | null>(null);

  /** Whether one was left in its middle and is not looked at. */
  get left(): boolean {
    return !this.shown && this.view !== undefined && this.view.state !== 'none';
  }

  async refresh(): Promise<void> {
    // Without an answer nothing is offered; asking again is for whoever opens it.
    this.view = await backend.rehearsal().catch(() => undefined);
  }

  async begin(): Promise<void> {
    this.shown = true;
    await this.#run('begin', () => backend.beginRehearsal());
  }

  step(): Promise<void> {
    return this.#run('step', () => backend.rehearse());
  }

  /** Answers whether it is gone. */
  async remove(): Promise<boolean> {
    await this.#run('remove', () => backend.removeRehearsal());
    if (this.failure) return false;
    this.shown = false;
    return true;
  }

  leave(): void {
    this.failure = undefined;
    this.shown = false;
  }

  async #run(what: 'begin' | 'step' | 'remove', run: () => Promise<RehearsalView>): Promise<void> {
    if (this.busy) return;
    this.busy = what;
    this.failure = undefined;
    try {
      this.view = await run();
    } catch (thrown) {
      this.failure = asFailure(thrown);
    }
    this.busy = null;
  }
}

export const rehearsal = new Rehearsal();
