-- The last sequence number stands by itself, so that it does not go back when the last event leaves the history; and
-- so does the last one that left it.
ALTER TABLE workspace ADD COLUMN head INTEGER NOT NULL DEFAULT 0;
ALTER TABLE workspace ADD COLUMN compacted INTEGER NOT NULL DEFAULT 0;
UPDATE workspace SET head = (SELECT coalesce(max(seq), 0) FROM events);

-- Tickets of a private team are for its members alone.
ALTER TABLE teams ADD COLUMN private INTEGER NOT NULL DEFAULT 0;

-- Two events with one count of one device: its database was copied.
CREATE INDEX events_of_device ON events (device, device_seq) WHERE device IS NOT NULL;

-- What answers whoever sends an event again that left the history.
CREATE TABLE forgotten (
    id     BLOB PRIMARY KEY,
    seq    INTEGER NOT NULL,
    digest BLOB
) STRICT, WITHOUT ROWID;
