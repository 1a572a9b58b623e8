-- HQ's database. Ids: 16 random bytes; times: ms since 1970 UTC; dates: 'YYYY-MM-DD' (business date); amounts: integers in
-- the asset's minor unit. `no` is an incarnation's small number in this database only.

CREATE TABLE meta (name TEXT PRIMARY KEY, value) WITHOUT ROWID;

-- Who takes part -------------------------------------------------------------------------------------------------------
CREATE TABLE branches (
    branch TEXT PRIMARY KEY, name TEXT NOT NULL, state TEXT NOT NULL DEFAULT 'active', created_at INTEGER NOT NULL
) WITHOUT ROWID;

CREATE TABLE nodes (
    node BLOB PRIMARY KEY, branch TEXT NOT NULL, signing_key BLOB NOT NULL, hpke_key BLOB NOT NULL, certificate BLOB NOT NULL,
    state TEXT NOT NULL,                      -- enrolled | revoked | replaced
    enrolled_at INTEGER NOT NULL,
    heard_at INTEGER NOT NULL DEFAULT 0,      -- last message of any session
    software TEXT NOT NULL DEFAULT '',
    unsent INTEGER NOT NULL DEFAULT 0         -- entries the node said it holds beyond what was acked
) WITHOUT ROWID;
CREATE INDEX nodes_by_branch ON nodes (branch);

CREATE TABLE standing_logs (   -- logs that a node wrote before it was enrolled, as it named them then; adopted when it offers them
    node BLOB, incarnation BLOB, chain BLOB NOT NULL, seq INTEGER NOT NULL, head BLOB NOT NULL, PRIMARY KEY (node, incarnation)
) WITHOUT ROWID;

CREATE TABLE enrolment_codes (
    digest BLOB PRIMARY KEY, branch TEXT NOT NULL, branch_name TEXT NOT NULL DEFAULT '', created_at INTEGER NOT NULL, expires_at INTEGER NOT NULL,
    attempts INTEGER NOT NULL DEFAULT 0, used_by BLOB, used_at INTEGER, request_digest BLOB, answer BLOB
) WITHOUT ROWID;

CREATE TABLE incarnations (
    no INTEGER PRIMARY KEY, incarnation BLOB NOT NULL UNIQUE, chain BLOB NOT NULL, node BLOB NOT NULL, branch TEXT NOT NULL,
    signing_key BLOB NOT NULL, predecessor BLOB NOT NULL, predecessor_seq INTEGER NOT NULL, predecessor_head BLOB NOT NULL,
    h0 BLOB NOT NULL,
    state TEXT NOT NULL,                      -- hq | open | adopting | closed | adopted
    acked_seq INTEGER NOT NULL, acked_head BLOB NOT NULL,
    applied_seq INTEGER NOT NULL,
    session INTEGER NOT NULL, session_used INTEGER NOT NULL,
    fed INTEGER NOT NULL DEFAULT 0,           -- position of its branch's feed that the node said it stored
    opened_at INTEGER NOT NULL, heard_at INTEGER NOT NULL,
    closed_reason TEXT NOT NULL DEFAULT '', closed_at INTEGER NOT NULL DEFAULT 0, close_signed BLOB NOT NULL DEFAULT x'',
    adopt_seq INTEGER NOT NULL DEFAULT 0, adopt_head BLOB NOT NULL DEFAULT x''   -- registered head of a log being adopted
);
CREATE INDEX incarnations_by_node ON incarnations (node);
CREATE INDEX incarnations_adopting ON incarnations (no) WHERE state = 'adopting';
CREATE INDEX incarnations_closed ON incarnations (no) WHERE state = 'closed';

-- Stage 1: what arrived, as signed -------------------------------------------------------------------------------------
CREATE TABLE inbox (
    arrival INTEGER PRIMARY KEY, no INTEGER NOT NULL REFERENCES incarnations,
    first_seq INTEGER NOT NULL,               -- first entry that counts: greater than the batch's own where the rest was known
    last_seq INTEGER NOT NULL, prev_head BLOB NOT NULL, head BLOB NOT NULL, at INTEGER NOT NULL,
    kind INTEGER NOT NULL,                    -- 0 continues the kept log | 1 evidence: another branch, or behind a gap
    batch BLOB NOT NULL
);
CREATE INDEX inbox_by_log ON inbox (no, kind, last_seq);

-- HQ's own log (an origin like any)
CREATE TABLE own_log (n INTEGER PRIMARY KEY, no INTEGER NOT NULL, seq INTEGER NOT NULL, hash BLOB NOT NULL, entry BLOB NOT NULL);
CREATE UNIQUE INDEX own_log_by_seq ON own_log (no, seq);

-- Stage 2: order of application, for replay. arrival 0: HQ's own log
CREATE TABLE applied (
    n INTEGER PRIMARY KEY, no INTEGER NOT NULL, first_seq INTEGER NOT NULL, last_seq INTEGER NOT NULL, arrival INTEGER NOT NULL,
    at INTEGER NOT NULL
);
-- Entries of closed incarnations that were applied outside the kept log, once by (no, seq, hash)
CREATE TABLE evidence (no INTEGER, seq INTEGER, hash BLOB, arrival INTEGER NOT NULL, PRIMARY KEY (no, seq, hash)) WITHOUT ROWID;
CREATE TABLE quarantine (no INTEGER, seq INTEGER, hash BLOB, code TEXT NOT NULL, PRIMARY KEY (no, seq, hash)) WITHOUT ROWID;

-- The ledger -----------------------------------------------------------------------------------------------------------
CREATE TABLE terms (terms INTEGER PRIMARY KEY, hash BLOB NOT NULL UNIQUE, body BLOB NOT NULL);

CREATE TABLE lots (
    lot BLOB PRIMARY KEY, owner BLOB NOT NULL, owner_kind TEXT NOT NULL, asset TEXT NOT NULL, issuer TEXT NOT NULL,
    opened_on TEXT NOT NULL, expires_on TEXT NOT NULL, pair BLOB NOT NULL, terms INTEGER NOT NULL,
    issued INTEGER NOT NULL, own INTEGER NOT NULL, set_aside INTEGER NOT NULL, transit INTEGER NOT NULL, spent INTEGER NOT NULL,
    refunded INTEGER NOT NULL, paid_out INTEGER NOT NULL, withdrawn INTEGER NOT NULL, expired INTEGER NOT NULL,
    exposure INTEGER NOT NULL
) WITHOUT ROWID;
CREATE INDEX lots_by_owner ON lots (owner);
CREATE INDEX lots_by_pair ON lots (pair) WHERE pair <> x'';
CREATE INDEX lots_by_expiry ON lots (expires_on) WHERE expires_on <> '';

CREATE TABLE rights (
    lot BLOB, no INTEGER, granted INTEGER NOT NULL, born INTEGER NOT NULL, gone INTEGER NOT NULL, suspended INTEGER NOT NULL,
    exposure INTEGER NOT NULL, PRIMARY KEY (lot, no)
) WITHOUT ROWID;

-- Orders of HQ to a holder (they ride the rights row): keep | expire | closing
CREATE TABLE orders (lot BLOB, no INTEGER, kind TEXT NOT NULL, amount INTEGER NOT NULL, at INTEGER NOT NULL, PRIMARY KEY (lot, no)) WITHOUT ROWID;

-- What each branch's entries moved and posted in all, without signs: bounds what any sum of the books can reach
CREATE TABLE turnovers (branch TEXT PRIMARY KEY, amount INTEGER NOT NULL) WITHOUT ROWID;

-- Accounts that are not lots; a lot's account is -(issued + exposure - consumed) of its own row
CREATE TABLE balances (account TEXT, unit TEXT, amount INTEGER NOT NULL, PRIMARY KEY (account, unit)) WITHOUT ROWID;

CREATE TABLE clearing_rows (
    n INTEGER PRIMARY KEY, period INTEGER NOT NULL, day TEXT NOT NULL, debtor TEXT NOT NULL, creditor TEXT NOT NULL, col TEXT NOT NULL,
    amount INTEGER NOT NULL, no INTEGER NOT NULL, seq INTEGER NOT NULL
);
CREATE TABLE clearing_totals (
    period INTEGER, debtor TEXT, creditor TEXT, col TEXT, amount INTEGER NOT NULL, PRIMARY KEY (period, debtor, creditor, col)
) WITHOUT ROWID;
CREATE TABLE periods (
    n INTEGER PRIMARY KEY, period TEXT NOT NULL, first_day TEXT NOT NULL, last_day TEXT NOT NULL,
    state TEXT NOT NULL, by TEXT NOT NULL, at INTEGER NOT NULL, digest BLOB NOT NULL   -- state: open | closed
);
INSERT INTO periods VALUES (1, '', '', '', 'open', '', 0, x'');

CREATE TABLE sales (
    sale BLOB PRIMARY KEY, no INTEGER NOT NULL, seq INTEGER NOT NULL, hash BLOB NOT NULL DEFAULT x'',  -- hash: only of evidence
    day TEXT NOT NULL, member BLOB NOT NULL, total INTEGER NOT NULL,
    remains BLOB                              -- what can still be refunded and reversed; NULL: all, as in the entry
) WITHOUT ROWID;

-- People and shifts ----------------------------------------------------------------------------------------------------
CREATE TABLE members (
    member BLOB PRIMARY KEY, tier TEXT NOT NULL, no INTEGER NOT NULL, day TEXT NOT NULL, consent TEXT NOT NULL,
    frozen INTEGER NOT NULL, alias_of BLOB NOT NULL, commitment BLOB NOT NULL,
    phone_hash BLOB NOT NULL, last4_hash BLOB NOT NULL, masked_name TEXT NOT NULL
) WITHOUT ROWID;
CREATE INDEX members_by_phone ON members (phone_hash) WHERE phone_hash <> x'';
CREATE TABLE cards (card BLOB PRIMARY KEY, member BLOB NOT NULL, state TEXT NOT NULL) WITHOUT ROWID;
CREATE INDEX cards_by_member ON cards (member);
CREATE TABLE profiles (
    member BLOB, field TEXT, value TEXT NOT NULL, version INTEGER NOT NULL, at INTEGER NOT NULL, PRIMARY KEY (member, field)
) WITHOUT ROWID;
CREATE TABLE profile_conflicts (
    discrepancy BLOB PRIMARY KEY, member BLOB NOT NULL, field TEXT NOT NULL, replaced TEXT NOT NULL, applied TEXT NOT NULL
) WITHOUT ROWID;
CREATE TABLE seen (member BLOB, branch TEXT, PRIMARY KEY (member, branch)) WITHOUT ROWID;   -- branches that met a member
CREATE TABLE visits (member BLOB PRIMARY KEY, sketch BLOB NOT NULL) WITHOUT ROWID;   -- where and how much a member buys (rights/demand.py)
CREATE TABLE shifts (
    shift BLOB PRIMARY KEY, no INTEGER NOT NULL, day TEXT NOT NULL, till TEXT NOT NULL, staff TEXT NOT NULL, state TEXT NOT NULL,
    expected INTEGER NOT NULL, counted INTEGER NOT NULL
) WITHOUT ROWID;

CREATE TABLE claims (
    claim BLOB PRIMARY KEY, sale BLOB NOT NULL, seller TEXT NOT NULL, seller_no INTEGER NOT NULL,   -- 0: sale not known yet
    claimant TEXT NOT NULL, claimant_no INTEGER NOT NULL, day TEXT NOT NULL, lines BLOB NOT NULL,
    state TEXT NOT NULL,                      -- to_release | waits (seller closed or unknown: two people) | released | refused
    answer BLOB NOT NULL DEFAULT x'',         -- body of the release
    paid INTEGER NOT NULL DEFAULT 0           -- money handed out by the claimant
) WITHOUT ROWID;
CREATE INDEX claims_by_sale ON claims (sale);
CREATE INDEX claims_open ON claims (state) WHERE state IN ('to_release', 'waits');

CREATE TABLE discrepancies (
    discrepancy BLOB PRIMARY KEY, n INTEGER NOT NULL, code TEXT NOT NULL, branch TEXT NOT NULL, incarnation BLOB NOT NULL,
    seq INTEGER NOT NULL, expected INTEGER NOT NULL, found INTEGER NOT NULL, detail TEXT NOT NULL, at INTEGER NOT NULL,
    state TEXT NOT NULL, by TEXT NOT NULL DEFAULT '', note TEXT NOT NULL DEFAULT '', resolved_at INTEGER NOT NULL DEFAULT 0  -- state: open | resolved
) WITHOUT ROWID;
CREATE INDEX discrepancies_by_state ON discrepancies (state, n);

-- Distribution ---------------------------------------------------------------------------------------------------------
CREATE TABLE reference (feed TEXT, key TEXT, body BLOB NOT NULL, PRIMARY KEY (feed, key)) WITHOUT ROWID;
CREATE TABLE reference_history (feed TEXT, key TEXT, version INTEGER, body BLOB NOT NULL, superseded_at INTEGER NOT NULL, PRIMARY KEY (feed, key, version)) WITHOUT ROWID;
CREATE TABLE feeds (
    feed TEXT PRIMARY KEY, lineage INTEGER NOT NULL, lineage_id BLOB NOT NULL, head INTEGER NOT NULL    -- lineage: an HQ epoch
) WITHOUT ROWID;
CREATE TABLE feed_rows (feed TEXT, key TEXT, version INTEGER NOT NULL, body BLOB, PRIMARY KEY (feed, key)) WITHOUT ROWID;
CREATE INDEX feed_rows_by_version ON feed_rows (feed, version);
CREATE TABLE feed_dirty (feed TEXT, key TEXT, PRIMARY KEY (feed, key)) WITHOUT ROWID;

-- Requests, approvals, people of the office ----------------------------------------------------------------------------
CREATE TABLE requests (
    no INTEGER, n INTEGER, kind TEXT NOT NULL, body BLOB NOT NULL, state TEXT NOT NULL,   -- open | answered | refused | cancelled
    code TEXT NOT NULL, answer BLOB NOT NULL, at INTEGER NOT NULL, deadline INTEGER NOT NULL, PRIMARY KEY (no, n)
) WITHOUT ROWID;
CREATE INDEX requests_open ON requests (deadline) WHERE state = 'open';
CREATE TABLE releases (
    release BLOB PRIMARY KEY, kind TEXT NOT NULL, subject BLOB NOT NULL, reason TEXT NOT NULL,   -- kind: incarnation | claim | claim_refusal | set_aside
    proposed_by TEXT NOT NULL, proposed_at INTEGER NOT NULL, approved_by TEXT NOT NULL DEFAULT '', approved_at INTEGER NOT NULL DEFAULT 0,
    state TEXT NOT NULL                       -- proposed | done | withdrawn
) WITHOUT ROWID;
CREATE TABLE users (
    name TEXT PRIMARY KEY, display TEXT NOT NULL, role TEXT NOT NULL, salt BLOB NOT NULL, hash BLOB NOT NULL, active INTEGER NOT NULL,
    failures INTEGER NOT NULL DEFAULT 0, locked_until INTEGER NOT NULL DEFAULT 0, must_change INTEGER NOT NULL DEFAULT 0,
    entrusted_at INTEGER NOT NULL DEFAULT 0   -- when a colleague last made it, gave it password or role, or let it in again
) WITHOUT ROWID;
-- Tries of names that nobody has, as SHA-256 (somebody may have typed a password there): they wait as real ones do
CREATE TABLE strangers (
    name BLOB PRIMARY KEY, failures INTEGER NOT NULL, locked_until INTEGER NOT NULL, failed_at INTEGER NOT NULL
) WITHOUT ROWID;
CREATE INDEX strangers_by_time ON strangers (failed_at);
CREATE TABLE office_sessions (token_hash BLOB PRIMARY KEY, name TEXT NOT NULL, opened_at INTEGER NOT NULL, expires_at INTEGER NOT NULL) WITHOUT ROWID;
