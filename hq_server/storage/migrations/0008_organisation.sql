-- Roles, departments and parameters that wait for their time.

-- To which branch a user belongs, '' head office: whoever belongs to one sees nothing of the others
ALTER TABLE users ADD COLUMN branch TEXT NOT NULL DEFAULT '';

-- Roles that the chain made itself; duties: their names with spaces between. Built-in ones stand in the program
CREATE TABLE office_roles (role TEXT PRIMARY KEY, name TEXT NOT NULL, duties TEXT NOT NULL) WITHOUT ROWID;

-- What people are and where they work, as the chain divides itself
CREATE TABLE staff_groups (
    kind TEXT, code TEXT, name TEXT NOT NULL, active INTEGER NOT NULL, PRIMARY KEY (kind, code)   -- kind: department | type
) WITHOUT ROWID;
-- What head office alone knows of a branch's staff; who they are stands in the branch's feed
CREATE TABLE staff_files (
    branch TEXT, number TEXT, department TEXT NOT NULL, type TEXT NOT NULL, PRIMARY KEY (branch, number)
) WITHOUT ROWID;

-- Changes of parameters that wait for their time
CREATE TABLE parameter_plans (
    n INTEGER PRIMARY KEY, branch TEXT NOT NULL, name TEXT NOT NULL,
    value TEXT NOT NULL,                      -- JSON; '': the chain's value, or the default, holds again
    from_at INTEGER NOT NULL, by TEXT NOT NULL, at INTEGER NOT NULL,
    state TEXT NOT NULL                       -- waits | done | withdrawn
);
CREATE INDEX parameter_plans_waiting ON parameter_plans (from_at) WHERE state = 'waits';

-- How nodes are, as they last told of themselves; their times by HQ's clock, 0 not known
CREATE TABLE node_health (
    node BLOB PRIMARY KEY,
    told_at INTEGER NOT NULL,
    clock INTEGER NOT NULL,                   -- ms by which the node's clock was ahead
    oldest_at INTEGER NOT NULL,               -- of the oldest entry that HQ lacks
    blocks_applied_at INTEGER NOT NULL,       -- when it applied the last page of the feed that blocks cards and members
    blocks_good_at INTEGER NOT NULL,          -- HQ had then nothing in that feed which the node lacks
    seen_lineage INTEGER NOT NULL, seen_head INTEGER NOT NULL, seen_at INTEGER NOT NULL  -- mark for the next measurement
) WITHOUT ROWID;
CREATE TABLE node_devices (
    node BLOB, n INTEGER, name TEXT NOT NULL, kind TEXT NOT NULL, works INTEGER NOT NULL,
    code TEXT NOT NULL,                       -- why it does not work, or a warning while it does
    since INTEGER NOT NULL, PRIMARY KEY (node, n)
) WITHOUT ROWID;
