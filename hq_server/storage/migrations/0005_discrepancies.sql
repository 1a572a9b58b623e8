-- Who looks after what does not add up, how it was decided, and what boxes say of their clocks.

ALTER TABLE discrepancies ADD COLUMN assignee TEXT NOT NULL DEFAULT '';   -- a user's name, '' nobody
CREATE INDEX discrepancies_by_time ON discrepancies (state, at, n);
CREATE INDEX discrepancies_by_delta ON discrepancies (
    state, CASE WHEN code IN ('clock_ahead', 'clock_back') THEN 0 ELSE abs(found - expected) END, n   -- times are no amounts
);
CREATE INDEX discrepancies_by_code ON discrepancies (state, code, at, n);
CREATE INDEX discrepancies_by_branch ON discrepancies (branch, state, at, n);
CREATE INDEX discrepancies_by_assignee ON discrepancies (assignee, state, at, n) WHERE assignee <> '';

CREATE TABLE discrepancy_comments (
    n INTEGER PRIMARY KEY, discrepancy BLOB NOT NULL, by TEXT NOT NULL, at INTEGER NOT NULL, text TEXT NOT NULL
);
CREATE INDEX discrepancy_comments_by_discrepancy ON discrepancy_comments (discrepancy, n);

-- How a discrepancy is to be resolved; what is worth more than one person may decide waits for a second
CREATE TABLE resolutions (
    resolution BLOB PRIMARY KEY, discrepancy BLOB NOT NULL,
    kind TEXT NOT NULL,                       -- accept | adjust | charge | write_off
    amount INTEGER NOT NULL, debtor TEXT NOT NULL, creditor TEXT NOT NULL,   -- of a charge: who owes whom
    reason TEXT NOT NULL, proposed_by TEXT NOT NULL, proposed_at INTEGER NOT NULL,
    decided_by TEXT NOT NULL DEFAULT '', decided_at INTEGER NOT NULL DEFAULT 0,
    state TEXT NOT NULL                       -- proposed | done | withdrawn
) WITHOUT ROWID;
CREATE INDEX resolutions_by_discrepancy ON resolutions (discrepancy, proposed_at);
CREATE INDEX resolutions_waiting ON resolutions (proposed_at) WHERE state = 'proposed';

-- How value of new lots is shared between issuer, HQ and spender; '' everywhere: the whole chain, every rule
CREATE TABLE clearing_proposals (
    proposal BLOB PRIMARY KEY, branch TEXT NOT NULL, rule TEXT NOT NULL, from_day TEXT NOT NULL,
    body BLOB NOT NULL,                       -- commerce.reference.ClearingRuleRow
    reason TEXT NOT NULL, proposed_by TEXT NOT NULL, proposed_at INTEGER NOT NULL,
    decided_by TEXT NOT NULL DEFAULT '', decided_at INTEGER NOT NULL DEFAULT 0,
    state TEXT NOT NULL                       -- proposed | done | withdrawn
) WITHOUT ROWID;
CREATE INDEX clearing_proposals_by_time ON clearing_proposals (proposed_at, proposal);

-- What the newest applied entry of a log said of its node's clock (ms), and when it arrived by HQ's
ALTER TABLE incarnations ADD COLUMN said_at INTEGER NOT NULL DEFAULT 0;
ALTER TABLE incarnations ADD COLUMN said_arrived INTEGER NOT NULL DEFAULT 0;
CREATE INDEX incarnations_by_branch ON incarnations (branch, state, no);
