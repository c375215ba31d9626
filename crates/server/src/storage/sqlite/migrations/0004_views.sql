-- Views that people save. What is shared is seen by everybody who works for the desk.
CREATE TABLE views (
    id         BLOB PRIMARY KEY,
    name       TEXT NOT NULL,
    query      TEXT NOT NULL,
    sort       TEXT,
    board      INTEGER NOT NULL,
    owner      BLOB NOT NULL,
    shared     INTEGER NOT NULL,
    updated_at INTEGER NOT NULL
) STRICT, WITHOUT ROWID;
CREATE INDEX views_by_owner ON views (owner);
CREATE INDEX shared_views ON views (shared) WHERE shared = 1;
