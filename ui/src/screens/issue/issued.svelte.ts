// The issued credentials as the desk shows them: the list, what is chosen in it, and which changes wait to be
// published. Made while a component begins; it lives as long as that one.
import type { Failure, IssuedRow, IssuedState, StatusChanged } from '../../bindings';
import { asFailure, backend } from '../../ipc';
import { notify } from '../../state/announcer.svelte';
import { livePages } from '../../state/pages.svelte';

/** A row with the id that lists go by. */
export type IssuedItem = IssuedRow & { id: string };

const PAGE = 200;

class IssuedDesk {
  query = $state('');
  /** A state, `pending`, or `all`. */
  filter = $state('all');
  pending = $state(0);
  pendingSentence = $state('');
  /** Why the last changes could not be published yet. */
  problem = $state.raw<Failure | null>(null);
  /** The exchanges that are chosen; `undefined` while one is looked at, not chosen. */
  chosen = $state.raw<ReadonlySet<string> | undefined>();
  gathering = $state(false);

  readonly pages = livePages<IssuedItem>(
    ['issued', 'exchanges'],
    () => [this.query, this.filter],
    async (offset, limit) => {
      const page = await this.#ask(offset, limit);
      this.pending = page.pending;
      this.pendingSentence = page.pendingSentence;
      if (page.pending === 0) this.problem = null;
      return { total: page.total, rows: page.rows.map((row) => ({ ...row, id: row.exchangeId })) };
    },
  );

  #ask(offset: number, limit: number) {
    const state = this.filter === 'all' || this.filter === 'pending' ? null : (this.filter as IssuedState);
    return backend.issued({
      query: this.query.trim(),
      state,
      pending: this.filter === 'pending',
      offset,
      limit,
    });
  }

  find(exchangeId: string | null): IssuedItem | undefined {
    return this.pages.loaded.find(({ row }) => row.id === exchangeId)?.row;
  }

  choose(rows: IssuedItem[], chosen: boolean): void {
    const next = new Set(this.chosen);
    for (const row of rows) {
      if (chosen) next.add(row.id);
      else next.delete(row.id);
    }
    this.chosen = next;
  }

  /** Everything that matches, also what was never in sight. */
  async chooseAll(): Promise<void> {
    this.gathering = true;
    try {
      const all = new Set<string>();
      let total = 1;
      for (let offset = 0; offset < total; offset += PAGE) {
        const page = await this.#ask(offset, PAGE);
        total = page.total;
        for (const row of page.rows) all.add(row.exchangeId);
        if (page.rows.length === 0) break;
      }
      this.chosen = all;
    } catch (thrown) {
      this.problem = asFailure(thrown);
    }
    this.gathering = false;
  }

  /** What came of a change or of publishing. */
  took(answer: StatusChanged): void {
    this.pending = answer.pending;
    this.problem = answer.problem;
    notify(answer.sentence);
  }
}

export type { IssuedDesk };
export const issuedDesk = (): IssuedDesk => new IssuedDesk();
