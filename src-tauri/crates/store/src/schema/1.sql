-- Times are microseconds since 1970 (UTC), keys are 32 bytes, JSON is text.

CREATE TABLE settings (
    key TEXT PRIMARY KEY,
    value TEXT NOT NULL
) WITHOUT ROWID;

CREATE TABLE keys (
    verkey BLOB PRIMARY KEY CHECK (length(verkey) = 32),
    seed BLOB NOT NULL CHECK (length(seed) = 32),
    created_at INTEGER NOT NULL
) WITHOUT ROWID;

CREATE TABLE dids (
    did TEXT PRIMARY KEY,
    method TEXT NOT NULL,
    key_type TEXT NOT NULL,
    verkey BLOB,
    posture TEXT NOT NULL CHECK (posture IN ('wallet_only', 'posted', 'public')),
    metadata TEXT NOT NULL,
    document TEXT,
    created_at INTEGER NOT NULL
);
CREATE INDEX dids_by_verkey ON dids (verkey);
CREATE INDEX dids_by_time ON dids (created_at);
-- There is one public DID at most.
CREATE UNIQUE INDEX dids_public ON dids (posture) WHERE posture = 'public';

CREATE TABLE connections (
    id TEXT PRIMARY KEY,
    state TEXT NOT NULL,
    their_role TEXT NOT NULL,
    protocol TEXT NOT NULL,
    alias TEXT,
    my_did TEXT,
    their_did TEXT,
    my_verkey BLOB,
    their_verkey BLOB,
    invitation_key TEXT,
    invitation_msg_id TEXT,
    request_id TEXT,
    created_at INTEGER NOT NULL,
    updated_at INTEGER NOT NULL,
    body TEXT NOT NULL
);
CREATE INDEX connections_by_time ON connections (created_at);
CREATE INDEX connections_by_state ON connections (state, created_at);
CREATE INDEX connections_by_request ON connections (request_id);
CREATE INDEX connections_by_invitation ON connections (invitation_msg_id);
CREATE INDEX connections_by_invitation_key ON connections (invitation_key);
CREATE INDEX connections_by_my_did ON connections (my_did);
CREATE INDEX connections_by_their_did ON connections (their_did);
CREATE INDEX connections_by_my_verkey ON connections (my_verkey);
CREATE INDEX connections_by_their_verkey ON connections (their_verkey);

-- The pairs of keys that find a connection: its current one and those before a rotation.
CREATE TABLE connection_keys (
    my BLOB NOT NULL,
    their BLOB NOT NULL,
    connection_id TEXT NOT NULL REFERENCES connections (id) ON DELETE CASCADE,
    PRIMARY KEY (my, their)
) WITHOUT ROWID;
CREATE INDEX connection_keys_by_connection ON connection_keys (connection_id);

CREATE TABLE invitations (
    oob_id TEXT PRIMARY KEY,
    invi_msg_id TEXT NOT NULL,
    role TEXT NOT NULL,
    state TEXT NOT NULL,
    connection_id TEXT,
    recipient_key BLOB,
    multi_use INTEGER NOT NULL,
    created_at INTEGER NOT NULL,
    updated_at INTEGER NOT NULL,
    body TEXT NOT NULL
);
CREATE INDEX invitations_by_message ON invitations (invi_msg_id, role);
CREATE INDEX invitations_by_key ON invitations (recipient_key);
CREATE INDEX invitations_by_connection ON invitations (connection_id);
CREATE INDEX invitations_by_time ON invitations (created_at);

CREATE TABLE exchanges (
    id TEXT PRIMARY KEY,
    thread_id TEXT NOT NULL,
    parent_thread_id TEXT,
    connection_id TEXT,
    role TEXT NOT NULL,
    state TEXT NOT NULL,
    created_at INTEGER NOT NULL,
    updated_at INTEGER NOT NULL,
    body TEXT NOT NULL
);
CREATE INDEX exchanges_by_thread ON exchanges (thread_id, role);
CREATE INDEX exchanges_by_parent ON exchanges (parent_thread_id);
CREATE INDEX exchanges_by_connection ON exchanges (connection_id, created_at);
CREATE INDEX exchanges_by_state ON exchanges (role, state, created_at);
CREATE INDEX exchanges_by_time ON exchanges (created_at);

CREATE TABLE credentials (
    number INTEGER PRIMARY KEY,
    record_id TEXT NOT NULL UNIQUE,
    exchange_id TEXT UNIQUE,
    connection_id TEXT,
    issuer_id TEXT NOT NULL,
    title TEXT NOT NULL,
    given_id TEXT,
    types TEXT NOT NULL,
    expanded_types TEXT NOT NULL,
    contexts TEXT NOT NULL,
    subject_ids TEXT NOT NULL,
    proof_types TEXT NOT NULL,
    schema_ids TEXT NOT NULL,
    tags TEXT NOT NULL,
    issued_at INTEGER,
    expires_at INTEGER,
    stored_at INTEGER NOT NULL,
    favourite INTEGER NOT NULL,
    verification TEXT NOT NULL,
    summary TEXT NOT NULL,
    search_text TEXT NOT NULL,
    cred TEXT NOT NULL
);
-- Credentials are numbered in the order of storing. The index over time is narrow: pages far down are counted in it.
CREATE INDEX credentials_by_time ON credentials (stored_at);
CREATE INDEX credentials_by_issuer ON credentials (issuer_id, stored_at);
CREATE INDEX credentials_by_connection ON credentials (connection_id, stored_at);
CREATE INDEX credentials_by_given_id ON credentials (given_id);
CREATE INDEX credentials_by_expiry ON credentials (expires_at) WHERE expires_at IS NOT NULL;
CREATE INDEX credentials_favourite ON credentials (favourite, stored_at) WHERE favourite = 1;

-- What a credential is found by besides its columns: kind is type, context, schema, subject, proof or tag:NAME.
CREATE TABLE credential_terms (
    kind TEXT NOT NULL,
    term TEXT NOT NULL,
    credential INTEGER NOT NULL REFERENCES credentials (number) ON DELETE CASCADE,
    PRIMARY KEY (kind, term, credential)
) WITHOUT ROWID;
CREATE INDEX credential_terms_by_credential ON credential_terms (credential);

CREATE VIRTUAL TABLE credential_search USING fts5 (
    name, issuer, text,
    content = '', contentless_delete = 1, tokenize = "unicode61 remove_diacritics 2", prefix = '2 3'
);

CREATE TABLE outbox (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    message_id TEXT NOT NULL,
    connection_id TEXT,
    exchange_id TEXT,
    thread_id TEXT,
    recipient BLOB,
    target TEXT NOT NULL,
    payload BLOB NOT NULL,
    created_at INTEGER NOT NULL,
    attempts INTEGER NOT NULL,
    next_attempt_at INTEGER NOT NULL,
    expires_at INTEGER,
    last_error TEXT,
    state TEXT NOT NULL CHECK (state IN ('due', 'waiting', 'handed', 'failed'))
);
CREATE INDEX outbox_by_attempt ON outbox (state, next_attempt_at, id);
CREATE INDEX outbox_by_connection ON outbox (connection_id);
CREATE INDEX outbox_by_exchange ON outbox (exchange_id);
CREATE INDEX outbox_by_recipient ON outbox (recipient, state, next_attempt_at, id);

CREATE TABLE webhooks (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    url TEXT NOT NULL,
    topic TEXT NOT NULL,
    body TEXT NOT NULL,
    created_at INTEGER NOT NULL,
    attempts INTEGER NOT NULL,
    next_attempt_at INTEGER NOT NULL
);
CREATE INDEX webhooks_by_attempt ON webhooks (next_attempt_at, id);

-- sender is empty for an anonymous envelope.
CREATE TABLE seen_messages (
    recipient BLOB NOT NULL,
    sender BLOB NOT NULL,
    message_id TEXT NOT NULL,
    seen_at INTEGER NOT NULL,
    PRIMARY KEY (recipient, sender, message_id)
) WITHOUT ROWID;
CREATE INDEX seen_messages_by_time ON seen_messages (seen_at);

CREATE TABLE history (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    at INTEGER NOT NULL,
    subject TEXT NOT NULL,
    subject_id TEXT NOT NULL,
    connection_id TEXT,
    who TEXT NOT NULL,
    what TEXT NOT NULL,
    outcome TEXT NOT NULL
);
CREATE INDEX history_by_subject ON history (subject, subject_id, at);
CREATE INDEX history_by_connection ON history (connection_id, at);
CREATE INDEX history_by_time ON history (at);

CREATE TABLE did_documents (
    did TEXT PRIMARY KEY,
    document TEXT NOT NULL,
    fetched_at INTEGER NOT NULL
);
CREATE INDEX did_documents_by_time ON did_documents (fetched_at);

CREATE TABLE messages (
    id TEXT PRIMARY KEY,
    connection_id TEXT NOT NULL,
    direction TEXT NOT NULL CHECK (direction IN ('sent', 'received')),
    content TEXT NOT NULL,
    sent_at INTEGER NOT NULL
);
CREATE INDEX messages_by_connection ON messages (connection_id, sent_at);
