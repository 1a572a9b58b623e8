-- Devices: what was found or typed in, who accepted it, which work it does; and what became of each print job.

-- identity: what the thing is wherever it is plugged in (usb:04b8:0e15:X3YP, mdns:…, tcp:…); address: where it is now.
-- driver '': nobody knows yet how to speak with it. options: JSON of the driver's options.
CREATE TABLE devices (
    device BLOB PRIMARY KEY,
    identity TEXT NOT NULL UNIQUE,
    state TEXT NOT NULL CHECK (state IN ('offered', 'accepted', 'ignored')),
    driver TEXT NOT NULL,
    options TEXT NOT NULL,
    address TEXT NOT NULL,
    name TEXT NOT NULL,
    found_by TEXT NOT NULL,
    found_at INTEGER NOT NULL,
    seen_at INTEGER NOT NULL
) WITHOUT ROWID;

-- Who does which work for which till ('' every till); rank 0 first, the next when it cannot.
CREATE TABLE device_roles (
    role TEXT NOT NULL,
    till TEXT NOT NULL,
    rank INTEGER NOT NULL,
    device BLOB NOT NULL,
    PRIMARY KEY (role, till, rank)
) WITHOUT ROWID;

-- printing: bytes may be on their way; whoever finds it so after a crash cannot know, and prints it marked as a repeat.
-- seen: what the paper shows and the entry does not hold (balances at that moment). trouble: code of the last failure.
CREATE TABLE print_jobs_2 (
    job INTEGER PRIMARY KEY AUTOINCREMENT,
    kind TEXT NOT NULL,
    id INTEGER NOT NULL,
    till TEXT NOT NULL,
    drawer INTEGER NOT NULL,
    copy INTEGER NOT NULL,
    state TEXT NOT NULL DEFAULT 'waiting' CHECK (state IN ('waiting', 'printing', 'done', 'expired', 'cancelled')),
    at INTEGER NOT NULL,
    seen BLOB NOT NULL DEFAULT x'',
    device BLOB NOT NULL DEFAULT x'',
    attempts INTEGER NOT NULL DEFAULT 0,
    next_at INTEGER NOT NULL DEFAULT 0,
    unsure INTEGER NOT NULL DEFAULT 0,
    trouble TEXT NOT NULL DEFAULT '',
    done_at INTEGER NOT NULL DEFAULT 0
);
INSERT INTO print_jobs_2 (job, kind, id, till, drawer, copy, state, at)
    SELECT job, kind, id, till, drawer, copy, state, at FROM print_jobs;
DROP TABLE print_jobs;
ALTER TABLE print_jobs_2 RENAME TO print_jobs;
CREATE INDEX waiting_jobs ON print_jobs (job) WHERE state IN ('waiting', 'printing');
CREATE INDEX jobs_of_entries ON print_jobs (id);
