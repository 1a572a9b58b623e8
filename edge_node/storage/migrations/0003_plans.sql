-- Card plans: period and discount cards with their dates; and what kind of issue each issue was.

-- id: the entry that sold it here, 0 when another branch or HQ did. ended: taken back by this branch, whatever HQ's row says.
CREATE TABLE entitlements (
    entitlement BLOB PRIMARY KEY,
    member BLOB NOT NULL,
    plan TEXT NOT NULL,
    first_day TEXT NOT NULL,
    last_day TEXT NOT NULL,
    frozen_on TEXT NOT NULL DEFAULT '',
    id INTEGER NOT NULL DEFAULT 0,
    ended INTEGER NOT NULL DEFAULT 0
) WITHOUT ROWID;
CREATE INDEX entitlements_of_member ON entitlements (member);

ALTER TABLE issues ADD COLUMN act TEXT NOT NULL DEFAULT 'top_up';
UPDATE issues SET act = 'points' WHERE number = '';
