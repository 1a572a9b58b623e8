-- Timed sessions: projected from entitlement facts. runs: times that ran (start, end; the last end 0 while it runs).
CREATE TABLE timed_sessions (
    session BLOB PRIMARY KEY,
    item TEXT NOT NULL,
    member BLOB NOT NULL,
    label TEXT NOT NULL,
    state TEXT NOT NULL CHECK (state IN ('running', 'paused', 'stopped')),
    started_at INTEGER NOT NULL,
    runs BLOB NOT NULL
) WITHOUT ROWID;
CREATE INDEX timed_sessions_open ON timed_sessions (started_at) WHERE state <> 'stopped';
