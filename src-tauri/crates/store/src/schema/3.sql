-- The status lists that this wallet publishes about the credentials of its own DIDs. A list's revision counts its
-- changes; what the ledger has is behind while published is.
CREATE TABLE status_lists (
    id INTEGER PRIMARY KEY,
    did TEXT NOT NULL,
    -- The type of its resource.
    form TEXT NOT NULL,
    purpose TEXT NOT NULL CHECK (purpose IN ('revocation', 'suspension')),
    -- The name of its resource.
    name TEXT NOT NULL,
    url TEXT NOT NULL UNIQUE,
    size INTEGER NOT NULL,
    -- Places that are reserved or issued.
    taken INTEGER NOT NULL DEFAULT 0,
    revision INTEGER NOT NULL DEFAULT 0,
    -- The revision that somebody wants published.
    wanted INTEGER NOT NULL DEFAULT -1,
    -- The revision that the ledger has; -1: not even the empty list.
    published INTEGER NOT NULL DEFAULT -1,
    published_at INTEGER,
    -- The key that signed it.
    signed_by BLOB CHECK (length(signed_by) = 32),
    -- What is being published: the resource, the revision in it, and the key that signed that.
    resource_id TEXT,
    publishing INTEGER,
    publishing_by BLOB CHECK (length(publishing_by) = 32),
    created_at INTEGER NOT NULL
);
CREATE INDEX status_lists_by_did ON status_lists (did, form, purpose);

-- A place in a list, from the offer on. It is free again when its row goes.
CREATE TABLE status_entries (
    list INTEGER NOT NULL REFERENCES status_lists (id),
    place INTEGER NOT NULL,
    exchange_id TEXT NOT NULL,
    issued INTEGER NOT NULL DEFAULT 0 CHECK (issued IN (0, 1)),
    value INTEGER NOT NULL DEFAULT 0 CHECK (value IN (0, 1)),
    -- The list's revision that brought the value.
    revision INTEGER NOT NULL DEFAULT -1,
    PRIMARY KEY (list, place)
) WITHOUT ROWID;
CREATE INDEX status_entries_by_exchange ON status_entries (exchange_id);
CREATE INDEX status_entries_set ON status_entries (list, place) WHERE value = 1;
CREATE INDEX status_entries_changed ON status_entries (list, revision) WHERE revision >= 0;

-- What this wallet has issued. It stays when the exchange's record goes.
CREATE TABLE issued (
    number INTEGER PRIMARY KEY,
    exchange_id TEXT NOT NULL UNIQUE,
    connection_id TEXT,
    other TEXT,
    title TEXT NOT NULL,
    subject TEXT,
    issuer TEXT NOT NULL,
    issued_at INTEGER NOT NULL,
    state TEXT NOT NULL CHECK (state IN ('valid', 'suspended', 'revoked', 'not_revocable')),
    search_text TEXT NOT NULL
);
CREATE INDEX issued_by_state ON issued (state, number);
CREATE INDEX issued_by_connection ON issued (connection_id, number);

-- How a held credential stands: the owner's word, empty where its issuer cannot take it back; when its list was read,
-- if it ever was; why, in words.
ALTER TABLE credentials ADD COLUMN status TEXT NOT NULL DEFAULT '';
ALTER TABLE credentials ADD COLUMN status_at INTEGER;
ALTER TABLE credentials ADD COLUMN status_detail TEXT NOT NULL DEFAULT '';
CREATE INDEX credentials_by_status ON credentials (status_at) WHERE status <> '';

-- The newest version of each status list that was read: an older one is somebody's mistake, or worse.
CREATE TABLE status_lists_read (
    url TEXT PRIMARY KEY,
    valid_from INTEGER NOT NULL
) WITHOUT ROWID;
