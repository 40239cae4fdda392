// A long list, a page at a time: the length is known at once, rows arrive for what is in sight. A change
// asks again only for the pages in sight and forgets the others.
import { onDestroy, untrack } from 'svelte';
import type { Failure, Topic } from '../bindings';
import { asFailure, onChanged } from '../ipc';

const PAGE = 100;

interface Page<T> {
  total: number;
  rows: T[];
}

export class Pages<T> {
  total = $state(0);
  /** The first answer has come. */
  ready = $state(false);
  failure = $state.raw<Failure | undefined>();
  #pages = $state.raw(new Map<number, T[]>());
  #asked = new Set<number>();
  #seen: [number, number] = [0, 0];
  #generation = 0;
  #fetch: (offset: number, limit: number) => Promise<Page<T>>;

  constructor(fetch: (offset: number, limit: number) => Promise<Page<T>>) {
    this.#fetch = fetch;
  }

  row(index: number): T | undefined {
    return this.#pages.get(Math.floor(index / PAGE))?.[index % PAGE];
  }

  /** The rows that are here, in order; for finding one of them. */
  get loaded(): { index: number; row: T }[] {
    return [...this.#pages.entries()].flatMap(([page, rows]) =>
      rows.map((row, offset) => ({ index: page * PAGE + offset, row })),
    );
  }

  /** Rows `from` up to, not including, `to` are in sight. */
  need(from: number, to: number): void {
    this.#seen = [from, to];
    for (let page = Math.floor(from / PAGE); page * PAGE < Math.max(to, 1); page += 1) {
      if (!this.#asked.has(page)) void this.#load(page);
    }
  }

  /** A row that is known to be gone: not shown while the lists are asked for anew. */
  drop(gone: (row: T) => boolean): void {
    this.#pages = new Map([...this.#pages].map(([page, rows]) => [page, rows.filter((row) => !gone(row))]));
    this.total = Math.max(0, this.total - 1);
    this.refresh();
  }

  /** Ask again for what is in sight. What is shown stays until the answer is here. */
  refresh(): void {
    this.#generation += 1;
    this.#asked = new Set();
    this.need(...this.#seen);
  }

  /** The question itself changed: begin at the top. */
  restart(): void {
    this.#seen = [0, 1];
    this.refresh();
  }

  async #load(page: number): Promise<void> {
    const generation = this.#generation;
    this.#asked.add(page);
    try {
      const answer = await this.#fetch(page * PAGE, PAGE);
      if (generation !== this.#generation) return;
      const first = Math.floor(this.#seen[0] / PAGE);
      const last = Math.floor(Math.max(this.#seen[1] - 1, 0) / PAGE);
      const kept = [...this.#pages].filter(([at]) => this.#asked.has(at) || (at >= first && at <= last));
      this.#pages = new Map(kept).set(page, answer.rows);
      this.total = answer.total;
      this.failure = undefined;
      this.ready = true;
    } catch (thrown) {
      if (generation !== this.#generation) return;
      this.#asked.delete(page);
      this.failure = asFailure(thrown);
    }
  }
}

/** Pages that live as long as the component that makes them; `inputs` names what the question reads. */
export function livePages<T>(
  topics: Topic[],
  inputs: () => unknown,
  fetch: (offset: number, limit: number) => Promise<Page<T>>,
): Pages<T> {
  const pages = new Pages(fetch);
  $effect(() => {
    inputs();
    untrack(() => pages.restart());
  });
  onDestroy(
    onChanged((changed) => {
      if (changed.topics.some((topic) => topics.includes(topic))) pages.refresh();
    }),
  );
  return pages;
}
