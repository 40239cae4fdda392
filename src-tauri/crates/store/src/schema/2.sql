-- What is to be written to a ledger, from the moment it was asked for until the ledger has it or refused it.
CREATE TABLE ledger_jobs (
    id TEXT PRIMARY KEY,
    network TEXT NOT NULL,
    did TEXT NOT NULL,
    operation TEXT NOT NULL,
    resource_id TEXT,
    state TEXT NOT NULL,
    -- Whether it may still change the ledger.
    under_way INTEGER NOT NULL CHECK (under_way IN (0, 1)),
    -- When it goes on by itself, if it does.
    next_attempt_at INTEGER,
    created_at INTEGER NOT NULL,
    updated_at INTEGER NOT NULL,
    body TEXT NOT NULL,
    -- A resource's bytes, until the ledger has them.
    content BLOB
);
-- One at a time for each DID.
CREATE UNIQUE INDEX ledger_jobs_under_way ON ledger_jobs (did) WHERE under_way = 1;
CREATE INDEX ledger_jobs_due ON ledger_jobs (next_attempt_at) WHERE next_attempt_at IS NOT NULL;
CREATE INDEX ledger_jobs_by_time ON ledger_jobs (created_at);
CREATE INDEX ledger_jobs_by_resource ON ledger_jobs (did, resource_id) WHERE resource_id IS NOT NULL;
