// The list of credentials as it is looked through: what is searched, how it is arranged, and which are chosen. Grouped,
// the issuers' headings are rows of the same list, so that it stays one list of any length. Made while a component
// begins; it lives as long as that one.
import { onDestroy } from 'svelte';
import type { Arrangement, CredentialQuery, CredentialRow, IssuerGroup } from '../../bindings';
import { backend, onChanged } from '../../ipc';
import { livePages } from '../../state/pages.svelte';

/** A heading among the rows. */
export interface Heading {
  id: string;
  group: IssuerGroup;
  folded: boolean;
}
export type Item = CredentialRow | Heading;

export const isHeading = (item: Item): item is Heading => 'group' in item;

export const usual: Arrangement = {
  sort: 'newest',
  favouritesFirst: false,
  grouped: false,
  show: 'all',
  practice: 'with',
  tag: null,
  collapsed: [],
};

/** An answer about groups is good for the pages that are asked for together. */
const TOGETHER = 250;

class CredentialDesk {
  query = $state('');
  /** As the wallet remembers it; nothing is asked for before it is known. */
  arrangement = $state.raw<Arrangement>(usual);
  #known = $state(false);
  /** What the rows in sight are the answer to. */
  answered = $state('');
  /** How many credentials match, headings left out. */
  matching = $state(0);
  /** The ids that are chosen; `undefined` while one is looked at, not chosen. */
  chosen = $state.raw<ReadonlySet<string> | undefined>();
  gathering = $state(false);
  #groups: { key: string; at: number; answer: Promise<IssuerGroup[]> } | undefined;

  readonly pages = livePages<Item>(
    ['credentials', 'connections'],
    () => [this.query, this.arrangement, this.#known],
    async (offset, limit) => {
      await this.#remembered;
      return this.arrangement.grouped ? this.#grouped(offset, limit) : this.#flat(offset, limit);
    },
  );

  readonly #remembered = this.#remember();

  constructor() {
    // The groups are stale with everything else.
    onDestroy(onChanged(() => (this.#groups = undefined)));
  }

  get narrowed(): boolean {
    const { show, practice, tag } = this.arrangement;
    return show !== 'all' || practice !== 'with' || tag !== null;
  }

  ask(offset: number, limit: number, issuerDid: string | null = null): CredentialQuery {
    return { query: this.query.trim(), arrangement: this.arrangement, issuerDid, offset, limit };
  }

  async #remember(): Promise<void> {
    try {
      const kept = await backend.arrangement();
      if (JSON.stringify(kept) !== JSON.stringify(usual)) this.arrangement = kept;
    } catch {
      // Without it the list begins as a new one; whatever is wrong with the wallet the list itself will say.
    }
    this.#known = true;
  }

  /** Arrange it otherwise, and remember that. */
  arrange(change: Partial<Arrangement>): void {
    this.arrangement = { ...this.arrangement, ...change };
    void backend.arrange(this.arrangement);
  }

  fold(issuerDid: string): void {
    const { collapsed } = this.arrangement;
    const folded = collapsed.includes(issuerDid);
    this.arrange({
      collapsed: folded ? collapsed.filter((did) => did !== issuerDid) : [...collapsed, issuerDid],
    });
  }

  async #flat(offset: number, limit: number) {
    const asked = this.ask(offset, limit);
    const page = await backend.credentialList(asked);
    this.answered = asked.query;
    this.matching = page.total;
    return page as { total: number; rows: Item[] };
  }

  #groupsNow(): Promise<IssuerGroup[]> {
    const key = JSON.stringify(this.ask(0, 0));
    if (this.#groups?.key !== key || performance.now() - this.#groups.at > TOGETHER) {
      this.#groups = { key, at: performance.now(), answer: backend.credentialGroups(this.ask(0, 0)) };
    }
    return this.#groups.answer;
  }

  async #grouped(offset: number, limit: number) {
    const groups = await this.#groupsNow();
    this.matching = groups.reduce((sum, group) => sum + group.count, 0);
    const wanted: Promise<Item[]>[] = [];
    let at = 0;
    for (const group of groups) {
      const folded = this.arrangement.collapsed.includes(group.issuerDid);
      if (at >= offset && at < offset + limit) {
        wanted.push(Promise.resolve([{ id: `group:${group.issuerDid}`, group, folded }]));
      }
      at += 1;
      if (folded) continue;
      const from = Math.max(0, offset - at);
      const to = Math.min(group.count, offset + limit - at);
      if (to > from) {
        const part = backend.credentialList(this.ask(from, to - from, group.issuerDid));
        wanted.push(part.then((page) => page.rows));
      }
      at += group.count;
    }
    return { total: at, rows: (await Promise.all(wanted)).flat() };
  }

  choose(items: Item[], chosen: boolean): void {
    const next = new Set(this.chosen);
    for (const item of items) {
      if (isHeading(item)) continue;
      if (chosen) next.add(item.id);
      else next.delete(item.id);
    }
    this.chosen = next;
  }

  /** Everything that matches, also what was never in sight. */
  async chooseAll(): Promise<void> {
    this.gathering = true;
    try {
      this.chosen = new Set(await backend.credentialIds(this.ask(0, 0)));
    } finally {
      this.gathering = false;
    }
  }

  /** The newest of what is in sight. */
  get first(): CredentialRow | undefined {
    for (const { row } of this.pages.loaded.slice(0, 50)) if (!isHeading(row)) return row;
    return undefined;
  }
}

export type { CredentialDesk };
export const credentialDesk = (): CredentialDesk => new CredentialDesk();
