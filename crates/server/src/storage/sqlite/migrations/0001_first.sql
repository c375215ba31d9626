-- The desk as it was first stored. Instants are milliseconds since 1970 in UTC, ids are 16 bytes.

CREATE TABLE workspace (
    only_one     INTEGER PRIMARY KEY CHECK (only_one = 1),
    id           BLOB NOT NULL,
    epoch        BLOB NOT NULL,
    next_number  INTEGER NOT NULL,
    -- Grows with every change of rules, people or teams.
    reference    INTEGER NOT NULL,
    token_secret BLOB NOT NULL
) STRICT;

CREATE TABLE rules (
    version    INTEGER PRIMARY KEY,
    valid_from INTEGER NOT NULL,
    json       TEXT NOT NULL
) STRICT;

CREATE TABLE teams (
    id   BLOB PRIMARY KEY,
    name TEXT NOT NULL
) STRICT, WITHOUT ROWID;

CREATE TABLE people (
    id       BLOB PRIMARY KEY,
    login    TEXT NOT NULL UNIQUE COLLATE NOCASE,
    name     TEXT NOT NULL,
    role     TEXT NOT NULL,
    teams    TEXT NOT NULL,
    -- An Argon2id hash in PHC form; without one nobody can sign in as this person.
    password TEXT
) STRICT, WITHOUT ROWID;

-- The history. Sequence numbers are given inside the write transaction, so they have no gaps and stand in the order
-- of commits.
CREATE TABLE events (
    seq         INTEGER PRIMARY KEY,
    id          BLOB NOT NULL UNIQUE,
    ticket      BLOB NOT NULL,
    received_at INTEGER NOT NULL,
    -- SHA-256 of the event as a device proposed it; missing, like the stamp, for what was imported.
    digest      BLOB,
    device      BLOB,
    device_seq  INTEGER,
    occurred_at INTEGER,
    offset_ms   INTEGER,
    json        TEXT NOT NULL
) STRICT;
CREATE INDEX events_of_ticket ON events (ticket);

-- Events that were refused, with the answer that they get for ever.
CREATE TABLE rejections (
    id          BLOB PRIMARY KEY,
    digest      BLOB NOT NULL,
    person      BLOB NOT NULL,
    received_at INTEGER NOT NULL,
    verdict     TEXT NOT NULL
) STRICT, WITHOUT ROWID;

-- Tickets as their histories leave them: made from the events, and to be made from them again at any time.
CREATE TABLE headers (
    number    INTEGER PRIMARY KEY,
    ticket    BLOB NOT NULL UNIQUE,
    requester BLOB NOT NULL,
    status    TEXT NOT NULL,
    team      BLOB,
    agent     BLOB,
    last_seq  INTEGER NOT NULL,
    json      TEXT NOT NULL
) STRICT;
CREATE INDEX headers_by_requester ON headers (requester);
CREATE INDEX headers_by_status ON headers (status);
CREATE INDEX headers_by_team ON headers (team);
CREATE INDEX headers_by_agent ON headers (agent);

CREATE TABLE refresh_sessions (
    -- SHA-256 of the token: whoever reads the database cannot sign in with it.
    digest     BLOB PRIMARY KEY,
    person     BLOB NOT NULL,
    created_at INTEGER NOT NULL,
    expires_at INTEGER NOT NULL
) STRICT, WITHOUT ROWID;

CREATE TABLE devices (
    device          BLOB PRIMARY KEY,
    person          BLOB NOT NULL,
    last_device_seq INTEGER NOT NULL,
    seen_at         INTEGER NOT NULL
) STRICT, WITHOUT ROWID;
