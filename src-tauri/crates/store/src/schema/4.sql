-- What the window keeps for the person: names, tags, templates, runs, blocked peers.

-- What lists of credentials order, filter and count by. Narrow, because a list of 100,000 is counted in it and not in
-- the documents. Kept by the triggers below, whoever changes a credential.
CREATE TABLE credential_facets (
    number INTEGER PRIMARY KEY REFERENCES credentials (number) ON DELETE CASCADE,
    issuer_id TEXT NOT NULL,
    -- The name that the document gives its issuer.
    issuer_name TEXT,
    connection_id TEXT,
    title TEXT NOT NULL COLLATE NOCASE,
    issued_at INTEGER,
    expires_at INTEGER,
    favourite INTEGER NOT NULL,
    practice INTEGER NOT NULL,
    -- Nothing speaks against the document itself, whatever its dates and its status are.
    sound INTEGER NOT NULL,
    status TEXT NOT NULL
);
CREATE INDEX credential_facets_by_title ON credential_facets (title, number);
CREATE INDEX credential_facets_by_expiry ON credential_facets (expires_at, number) WHERE expires_at IS NOT NULL;
CREATE INDEX credential_facets_by_issuer ON credential_facets (issuer_id, number);
CREATE INDEX credential_facets_by_issue ON credential_facets (issuer_id, issued_at);
CREATE INDEX credential_facets_by_connection ON credential_facets (connection_id, number)
    WHERE connection_id IS NOT NULL;
CREATE INDEX credential_facets_favourite ON credential_facets (number) WHERE favourite = 1;

INSERT INTO credential_facets
    SELECT number, issuer_id, summary ->> '$.issuer_name', connection_id, substr(title, 1, 120), issued_at, expires_at,
        favourite, issuer_id LIKE 'did:cheqd:practice:%',
        NOT EXISTS (SELECT 1 FROM json_each(verification, '$.checks') WHERE CASE type WHEN 'object' THEN
            value ->> 'outcome' = 'failed' AND value ->> 'kind' NOT IN ('valid-from', 'expiry', 'status') END), status
    FROM credentials;

CREATE TRIGGER credential_facets_begin AFTER INSERT ON credentials BEGIN
    INSERT INTO credential_facets VALUES (
        new.number, new.issuer_id, new.summary ->> '$.issuer_name', new.connection_id, substr(new.title, 1, 120),
        new.issued_at, new.expires_at, new.favourite, new.issuer_id LIKE 'did:cheqd:practice:%',
        NOT EXISTS (SELECT 1 FROM json_each(new.verification, '$.checks') WHERE CASE type WHEN 'object' THEN
            value ->> 'outcome' = 'failed' AND value ->> 'kind' NOT IN ('valid-from', 'expiry', 'status') END), new.status);
END;
CREATE TRIGGER credential_facets_follow AFTER UPDATE OF favourite, verification, status, connection_id ON credentials
BEGIN
    UPDATE credential_facets SET favourite = new.favourite, status = new.status, connection_id = new.connection_id,
        sound = NOT EXISTS (SELECT 1 FROM json_each(new.verification, '$.checks') WHERE CASE type WHEN 'object' THEN
            value ->> 'outcome' = 'failed' AND value ->> 'kind' NOT IN ('valid-from', 'expiry', 'status') END)
    WHERE number = new.number;
END;

-- The words that search answers its first letter with come from an index of their own.
DROP TABLE credential_search;
CREATE VIRTUAL TABLE credential_search USING fts5 (
    name, issuer, text,
    content = '', contentless_delete = 1, tokenize = "unicode61 remove_diacritics 2", prefix = '1 2 3'
);
INSERT INTO credential_search (rowid, name, issuer, text)
    SELECT number, title, issuer_id, search_text FROM credentials;

-- The person's own tags. Two that differ in their case only are one.
CREATE TABLE tags (
    id INTEGER PRIMARY KEY,
    name TEXT NOT NULL UNIQUE COLLATE NOCASE
);
CREATE TABLE tagged_credentials (
    tag INTEGER NOT NULL REFERENCES tags (id) ON DELETE CASCADE,
    credential INTEGER NOT NULL REFERENCES credentials (number) ON DELETE CASCADE,
    PRIMARY KEY (tag, credential)
) WITHOUT ROWID;
CREATE INDEX tagged_credentials_by_credential ON tagged_credentials (credential);

-- The names that connections are searched by: the person's own, else the one that they give themselves.
CREATE VIRTUAL TABLE connection_search USING fts5 (
    name, connection_id UNINDEXED, tokenize = "unicode61 remove_diacritics 2", prefix = '1 2 3'
);
INSERT INTO connection_search (rowid, name, connection_id)
    SELECT rowid, coalesce(alias, '') || ' ' || coalesce(CASE WHEN json_valid(body) THEN body ->> '$.their_label' END, ''), id FROM connections;
CREATE TRIGGER connection_search_begin AFTER INSERT ON connections BEGIN
    INSERT INTO connection_search (rowid, name, connection_id)
        VALUES (new.rowid, coalesce(new.alias, '') || ' ' || coalesce(CASE WHEN json_valid(new.body) THEN new.body ->> '$.their_label' END, ''), new.id);
END;
CREATE TRIGGER connection_search_follow AFTER UPDATE OF alias, body ON connections
WHEN old.alias IS NOT new.alias OR CASE WHEN json_valid(old.body) AND json_valid(new.body) THEN
    old.body ->> '$.their_label' IS NOT new.body ->> '$.their_label' ELSE 1 END BEGIN
    DELETE FROM connection_search WHERE rowid = old.rowid;
    INSERT INTO connection_search (rowid, name, connection_id)
        VALUES (new.rowid, coalesce(new.alias, '') || ' ' || coalesce(CASE WHEN json_valid(new.body) THEN new.body ->> '$.their_label' END, ''), new.id);
END;
CREATE TRIGGER connection_search_end AFTER DELETE ON connections BEGIN
    DELETE FROM connection_search WHERE rowid = old.rowid;
END;

-- The short links of invitations: each is found by its random token, and goes with its invitation.
CREATE TABLE short_links (
    token TEXT PRIMARY KEY,
    oob_id TEXT NOT NULL UNIQUE REFERENCES invitations (oob_id) ON DELETE CASCADE,
    created_at INTEGER NOT NULL
) WITHOUT ROWID;

-- Runs: credentials that are offered one after the other from a list of rows. What all of them have in common stands
-- once, in the frame; a row has its subject alone, and keeps it only as long as it may still be offered.
CREATE TABLE runs (
    id INTEGER PRIMARY KEY,
    name TEXT NOT NULL,
    -- To whom: over connections, with an invitation each, or at a desk to one after the other.
    kind TEXT NOT NULL CHECK (kind IN ('connections', 'invitations', 'desk')),
    state TEXT NOT NULL CHECK (state IN ('running', 'paused', 'cancelled')),
    -- Every person at the desk gets the same.
    repeats INTEGER NOT NULL CHECK (repeats IN (0, 1)),
    frame TEXT NOT NULL,
    -- Why it does not go on for now.
    trouble TEXT NOT NULL DEFAULT '',
    created_at INTEGER NOT NULL,
    updated_at INTEGER NOT NULL
);
CREATE INDEX runs_by_state ON runs (state);

CREATE TABLE run_rows (
    run INTEGER NOT NULL REFERENCES runs (id) ON DELETE CASCADE,
    -- Its line in the file.
    place INTEGER NOT NULL,
    subject TEXT,
    connection_id TEXT,
    name TEXT,
    state TEXT NOT NULL CHECK (state IN
        ('waiting', 'invited', 'offered', 'accepted', 'issued', 'done', 'declined', 'failed', 'cancelled')),
    exchange_id TEXT,
    oob_id TEXT,
    reason TEXT NOT NULL DEFAULT '',
    changed_at INTEGER NOT NULL,
    PRIMARY KEY (run, place)
) WITHOUT ROWID;
CREATE UNIQUE INDEX run_rows_by_exchange ON run_rows (exchange_id) WHERE exchange_id IS NOT NULL;
CREATE INDEX run_rows_by_state ON run_rows (run, state, changed_at);
CREATE INDEX run_rows_waiting ON run_rows (run, place) WHERE state = 'waiting';

-- A row goes where its exchange goes, in the same commit, whoever took the step.
CREATE TRIGGER run_rows_follow AFTER UPDATE OF state ON exchanges
WHEN old.state <> new.state OR old.connection_id IS NOT new.connection_id BEGIN
    UPDATE run_rows SET
        state = CASE new.state
            WHEN 'offer-sent' THEN CASE WHEN new.connection_id IS NULL THEN 'invited' ELSE 'offered' END
            WHEN 'request-received' THEN 'accepted'
            WHEN 'credential-issued' THEN 'issued'
            WHEN 'done' THEN 'done'
            WHEN 'abandoned' THEN 'declined'
            ELSE state END,
        reason = CASE new.state WHEN 'abandoned' THEN coalesce(new.body ->> '$.error_msg', '') ELSE '' END,
        subject = CASE WHEN new.state IN ('credential-issued', 'done') THEN NULL ELSE subject END,
        connection_id = coalesce(new.connection_id, connection_id),
        changed_at = new.updated_at
    WHERE exchange_id = new.id;
END;
CREATE TRIGGER run_rows_end AFTER DELETE ON exchanges BEGIN
    UPDATE run_rows SET state = 'failed', reason = 'deleted', changed_at = old.updated_at
    WHERE exchange_id = old.id AND state IN ('invited', 'offered', 'accepted');
END;

-- When the person first had an offer open, all of it in sight: several are accepted at once only where each was.
ALTER TABLE exchanges ADD COLUMN opened_at INTEGER;

-- Each line of history names what it is and the line before it: SHA-256 over both. Older lines have none.
ALTER TABLE history ADD COLUMN digest BLOB;

-- One row for each thing that history tells of, by when it last moved: what the timeline lists, filters and counts.
CREATE TABLE activity (
    subject TEXT NOT NULL,
    subject_id TEXT NOT NULL,
    -- received, issued, connection, credential, identity or other.
    kind TEXT NOT NULL,
    title TEXT NOT NULL COLLATE NOCASE,
    connection_id TEXT,
    began_at INTEGER NOT NULL,
    last_at INTEGER NOT NULL,
    last_line INTEGER NOT NULL,
    PRIMARY KEY (subject, subject_id)
);
CREATE INDEX activity_by_time ON activity (last_at, last_line);
CREATE INDEX activity_by_kind ON activity (kind, last_at, last_line);
CREATE INDEX activity_by_connection ON activity (connection_id, last_at, last_line) WHERE connection_id IS NOT NULL;

INSERT INTO activity
    SELECT subject, subject_id,
        CASE subject
            WHEN 'credential-exchange' THEN
                CASE (SELECT role FROM exchanges WHERE id = subject_id) WHEN 'issuer' THEN 'issued' ELSE 'received' END
            WHEN 'connection' THEN 'connection' WHEN 'invitation' THEN 'connection' WHEN 'out-of-band' THEN 'connection'
            WHEN 'credential' THEN 'credential' WHEN 'did' THEN 'identity' ELSE 'other' END,
        '', coalesce(max(connection_id), CASE subject WHEN 'connection' THEN subject_id END), min(at), max(at), max(id)
    FROM history GROUP BY subject, subject_id;

CREATE TRIGGER activity_follows AFTER INSERT ON history BEGIN
    INSERT INTO activity VALUES (
        new.subject, new.subject_id,
        CASE new.subject
            WHEN 'credential-exchange' THEN
                CASE (SELECT role FROM exchanges WHERE id = new.subject_id) WHEN 'issuer' THEN 'issued' ELSE 'received' END
            WHEN 'connection' THEN 'connection' WHEN 'invitation' THEN 'connection' WHEN 'out-of-band' THEN 'connection'
            WHEN 'credential' THEN 'credential' WHEN 'did' THEN 'identity' ELSE 'other' END,
        '', coalesce(new.connection_id, CASE new.subject WHEN 'connection' THEN new.subject_id END),
        new.at, new.at, new.id)
    ON CONFLICT (subject, subject_id) DO UPDATE SET connection_id = coalesce(excluded.connection_id, connection_id),
        last_at = excluded.last_at, last_line = excluded.last_line;
END;

-- The messages of exchanges as they crossed, where the person wants them kept. They hold claims: they go with their
-- exchange, with time and with number.
CREATE TABLE kept_messages (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    exchange_id TEXT NOT NULL REFERENCES exchanges (id) ON DELETE CASCADE,
    direction TEXT NOT NULL CHECK (direction IN ('sent', 'received')),
    message_id TEXT NOT NULL,
    message_type TEXT NOT NULL,
    size INTEGER NOT NULL,
    -- Absent where it is larger than is kept.
    body BLOB,
    at INTEGER NOT NULL,
    UNIQUE (exchange_id, direction, message_id)
);
CREATE INDEX kept_messages_by_time ON kept_messages (at);

-- Peers whose messages are dropped before anything is done with them.
CREATE TABLE blocked_connections (
    connection_id TEXT PRIMARY KEY REFERENCES connections (id) ON DELETE CASCADE,
    since INTEGER NOT NULL
) WITHOUT ROWID;
CREATE INDEX blocked_connections_by_time ON blocked_connections (since);

-- Names as the eye takes them, forwards and backwards: two that differ in one place share a beginning or an end.
CREATE TABLE name_shapes (
    connection_id TEXT NOT NULL REFERENCES connections (id) ON DELETE CASCADE,
    -- The person's own name for the other side, or the one that it gives itself.
    kind TEXT NOT NULL CHECK (kind IN ('own', 'given')),
    shape TEXT NOT NULL,
    backwards TEXT NOT NULL,
    PRIMARY KEY (connection_id, kind)
) WITHOUT ROWID;
CREATE INDEX name_shapes_forwards ON name_shapes (shape);
CREATE INDEX name_shapes_backwards ON name_shapes (backwards);

ALTER TABLE messages ADD COLUMN unread INTEGER NOT NULL DEFAULT 0;
CREATE INDEX messages_unread ON messages (connection_id) WHERE unread = 1;

-- The wallet was restored from a backup since the list was made: the ledger may have a newer version than is known here.
ALTER TABLE status_lists ADD COLUMN restored INTEGER NOT NULL DEFAULT 0 CHECK (restored IN (0, 1));

-- What the desktop handed over to be looked at, until the person has decided.
CREATE TABLE handed_over (
    number INTEGER PRIMARY KEY,
    text TEXT NOT NULL UNIQUE
);

-- The person's own templates for credentials, each whole in its JSON.
CREATE TABLE templates (
    id TEXT PRIMARY KEY,
    name TEXT NOT NULL COLLATE NOCASE,
    template TEXT NOT NULL,
    changed_at INTEGER NOT NULL
) WITHOUT ROWID;
CREATE INDEX templates_by_name ON templates (name, id);
