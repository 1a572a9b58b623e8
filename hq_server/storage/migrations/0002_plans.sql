-- Period and discount cards: who may be priced by them and until when. Written by stage 2 from entitlement facts, the last in
-- the order of arrival wins; what ended stays ended.
CREATE TABLE entitlements (
    entitlement BLOB PRIMARY KEY, member BLOB NOT NULL, plan TEXT NOT NULL, branch TEXT NOT NULL,   -- branch: that sold it
    first_day TEXT NOT NULL, last_day TEXT NOT NULL,
    frozen_on TEXT NOT NULL,                  -- the day from which it stands still, '' while it runs
    state TEXT NOT NULL                       -- held | ended
) WITHOUT ROWID;
CREATE INDEX entitlements_by_member ON entitlements (member);

-- What period cards covered on a day, per branch: only for people's eyes, no book depends on it
CREATE TABLE period_uses (
    member BLOB, plan TEXT, day TEXT, branch TEXT, pieces INTEGER NOT NULL, PRIMARY KEY (member, plan, day, branch)
) WITHOUT ROWID;

-- Every range of card numbers that a branch ever had: no other may be given a number of it
CREATE TABLE card_ranges (
    branch TEXT, prefix TEXT, first INTEGER, last INTEGER, PRIMARY KEY (branch, prefix, first, last)
) WITHOUT ROWID;

-- Members whom head office gave something: their rights are placed as soon as a branch of theirs can be reached
CREATE TABLE to_place (member BLOB PRIMARY KEY) WITHOUT ROWID;
