// The mock's list of credentials: searched, arranged, tagged and changed as the real one is.
import type {
  Arrangement,
  CredentialChange,
  CredentialQuery,
  CredentialRow,
  IssuerGroup,
  ListQuery,
  TagView,
} from '../bindings';
import { changed, matches, must, page, world } from './state';
import { usualArrangement } from './world';

const shows = (row: CredentialRow, show: Arrangement['show']): boolean =>
  show === 'all' ||
  (show === 'favourites' && row.favourite) ||
  (show === 'valid' && ['valid', 'signed', 'expiring'].includes(row.state)) ||
  row.state === show;

function matched(row: CredentialRow, query: string): CredentialRow['matched'] {
  if (query === '' || matches(query, row.title, row.issuer)) return null;
  const tag = row.tags.find((one) => matches(query, one));
  if (tag) return { label: '', value: tag };
  const claim = row.attributes.find((one) => matches(query, one.value));
  return claim ? { label: claim.label, value: claim.value } : null;
}

function found(query: string, arrangement: Arrangement, issuerDid: string | null): CredentialRow[] {
  const { tag, practice, sort } = arrangement;
  const rows = world.credentials
    .filter(({ kind }) => issuerDid === null || kind.issuer.did === issuerDid)
    .map(({ row }) => row)
    .filter(
      (row) =>
        shows(row, arrangement.show) &&
        (tag === null || row.tags.includes(tag)) &&
        (practice === 'with' || row.practice === (practice === 'only')) &&
        (query === '' ||
          matches(query, row.title, row.issuer, ...row.tags, ...row.attributes.map((one) => one.value))),
    );
  const by: Record<Arrangement['sort'], (row: CredentialRow) => string> = {
    newest: () => '',
    name: (row) => row.title,
    issuer: (row) => row.issuer,
    expiry: (row) => row.expiresAt ?? '9999',
  };
  const key = by[sort];
  return rows
    .toSorted((one, other) => key(one).localeCompare(key(other)))
    .toSorted((one, other) =>
      arrangement.favouritesFirst ? Number(other.favourite) - Number(one.favourite) : 0,
    );
}

const tagCounts = (): TagView[] => {
  const counts = new Map<string, number>();
  for (const { row } of world.credentials) {
    for (const tag of row.tags) counts.set(tag, (counts.get(tag) ?? 0) + 1);
  }
  return [...counts]
    .map(([name, count]) => ({ name, count }))
    .toSorted((a, b) => a.name.localeCompare(b.name));
};

const retag = (from: string, to: string | null): void => {
  for (const { row } of world.credentials) {
    if (!row.tags.includes(from)) continue;
    row.tags = [...new Set(row.tags.flatMap((tag) => (tag === from ? (to ? [to] : []) : [tag])))];
  }
  changed('credentials');
};

function change(row: CredentialRow, wanted: CredentialChange): void {
  if (wanted.kind === 'tag') row.tags = [...new Set([...row.tags, wanted.tag])].toSorted();
  else if (wanted.kind === 'untag') row.tags = row.tags.filter((tag) => tag !== wanted.tag);
  else if (wanted.kind === 'favourite') row.favourite = wanted.on;
}

function list({ query, arrangement, issuerDid, offset, limit }: CredentialQuery) {
  const answer = page(found(query, arrangement, issuerDid), offset, limit);
  return { ...answer, rows: answer.rows.map((row) => ({ ...row, matched: matched(row, query) })) };
}

export const credentialCommands = {
  credentials: ({ query }: { query: ListQuery }) =>
    list({ ...query, arrangement: usualArrangement(), issuerDid: null }),
  credential_list: ({ query }: { query: CredentialQuery }) => list(query),
  credential_groups: ({ query }: { query: CredentialQuery }): IssuerGroup[] => {
    const groups = new Map<string, IssuerGroup>();
    const rows = new Set(found(query.query, query.arrangement, null));
    for (const { row, kind } of world.credentials) {
      if (!rows.has(row)) continue;
      const group = groups.get(kind.issuer.did);
      if (group) group.count += 1;
      else {
        groups.set(kind.issuer.did, {
          issuerDid: kind.issuer.did,
          name: row.issuer,
          tint: row.tint,
          count: 1,
        });
      }
    }
    return [...groups.values()].toSorted((one, other) => one.name.localeCompare(other.name));
  },
  credential_ids: ({ query }: { query: CredentialQuery }) =>
    found(query.query, query.arrangement, null).map(({ id }) => id),
  change_credentials: ({ ids, change: wanted }: { ids: string[]; change: CredentialChange }) => {
    const rows = world.credentials.filter(({ row }) => ids.includes(row.id));
    if (wanted.kind === 'delete') {
      world.credentials = world.credentials.filter(({ row }) => !ids.includes(row.id));
    }
    for (const { row } of rows) change(row, wanted);
    changed('credentials');
    return rows.length;
  },
  export_credential: () => 'permanent-resident-card.json',
  export_credentials: ({ ids }: { ids: string[] }) => ids.length,
  tags: ({ beginning }: { beginning: string }) =>
    tagCounts().filter(({ name }) => name.toLowerCase().startsWith(beginning.trim().toLowerCase())),
  rename_tag: ({ name, to }: { name: string; to: string }) => {
    retag(name, to);
    return null;
  },
  delete_tag: ({ name }: { name: string }) => {
    retag(name, null);
    return null;
  },
  arrangement: () => world.arrangement,
  arrange: ({ arrangement }: { arrangement: Arrangement }) => {
    world.arrangement = arrangement;
    return null;
  },
  set_favourite: ({ id, favourite }: { id: string; favourite: boolean }) => {
    must(world.credentials.find(({ row }) => row.id === id)).row.favourite = favourite;
    changed('credentials');
    return null;
  },
  delete_credential: ({ id }: { id: string }) => {
    world.credentials = world.credentials.filter(({ row }) => row.id !== id);
    changed('credentials');
    return null;
  },
};
