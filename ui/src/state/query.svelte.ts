// A mirror of one question to the backend. It is asked when a screen shows it, again whenever the backend
// says that one of its topics changed, and again when anything reactive that the question reads changes.
import { onDestroy } from 'svelte';
import type { Failure, Topic } from '../bindings';
import { asFailure, onChanged } from '../ipc';

export class Query<T> {
  value = $state.raw<T | undefined>();
  failure = $state.raw<Failure | undefined>();
  /** Asked and not answered yet. */
  asking = $state(false);
  /** Not answered for 10 seconds. */
  late = $state(false);
  #ask: () => Promise<T>;
  #turn = 0;
  #timer: ReturnType<typeof setTimeout> | undefined;

  constructor(ask: () => Promise<T>) {
    this.#ask = ask;
  }

  /** Ask again. Only the answer to the newest question counts. */
  async refresh(): Promise<void> {
    this.#turn += 1;
    const turn = this.#turn;
    this.asking = true;
    clearTimeout(this.#timer);
    this.#timer = setTimeout(() => (this.late = true), 10_000);
    try {
      const value = await this.#ask();
      if (turn !== this.#turn) return;
      this.value = value;
      this.failure = undefined;
    } catch (thrown) {
      if (turn !== this.#turn) return;
      this.failure = asFailure(thrown);
      this.value = undefined;
    }
    clearTimeout(this.#timer);
    this.asking = false;
    this.late = false;
  }

  stop(): void {
    this.#turn += 1;
    clearTimeout(this.#timer);
  }
}

/** A query that lives as long as the component that makes it. */
export function live<T>(topics: Topic[], ask: () => Promise<T>): Query<T> {
  const query = new Query(ask);
  $effect(() => {
    void query.refresh();
  });
  onDestroy(
    onChanged((changed) => {
      if (changed.topics.some((topic) => topics.includes(topic))) void query.refresh();
    }),
  );
  onDestroy(() => query.stop());
  return query;
}
