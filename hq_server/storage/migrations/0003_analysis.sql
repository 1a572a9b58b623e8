-- What people look up and what reports add up: written by the follower of the applied facts (analysis/follow.py), made anew
-- from them at will. Facts never change, so each is counted once, on its own business day however late it came; refunds
-- subtract on theirs. Months are the first seven letters of days: whole months are read there, their edges in the days.
-- How far the follower has come stands in meta (analysis_run, analysis_n).

-- One row per applied entry; n counts them in the order of application. hash: of evidence, x'' for entries of the kept log
-- (as in sales). amount, principal, bonus, points are signed: amount is money of the shop (a sale +, a refund or pay-out -),
-- the others what the member then holds more or less.
CREATE TABLE acts (
    n INTEGER PRIMARY KEY, no INTEGER NOT NULL, seq INTEGER NOT NULL, hash BLOB NOT NULL,
    at INTEGER NOT NULL,                      -- by the writer's clock
    day TEXT NOT NULL, branch TEXT NOT NULL, kind TEXT NOT NULL, act TEXT NOT NULL,
    id BLOB NOT NULL,                         -- the sale, refund, claim, issue, withdrawal, entitlement, shift, member ...
    number TEXT NOT NULL,                     -- the printed one
    till TEXT NOT NULL, staff TEXT NOT NULL, shift BLOB NOT NULL, member BLOB NOT NULL,
    amount INTEGER NOT NULL,
    discount INTEGER NOT NULL,                -- of a sale: list prices less what was charged, rounding beside
    principal INTEGER NOT NULL,               -- stored value that was paid for, gift cards too
    bonus INTEGER NOT NULL, points INTEGER NOT NULL,
    ref BLOB NOT NULL,                        -- what it refers to: the sale taken back, the issue undone, the claim answered
    about TEXT NOT NULL,                      -- rule, plan, code, subject: a word, never personal data
    reason TEXT NOT NULL, approved_by TEXT NOT NULL,
    problem TEXT NOT NULL                     -- '' | entry | body | too_much (as quarantined) | figures: nothing of it is counted
);
-- Lists are cut by (day, n): an index ends with n by itself. Moves between HQ and branches are three entries in five and in
-- no list but a lot's own, so the indexes leave them out; queries say kind <> 'rights' to use them.
CREATE INDEX acts_by_day ON acts (day) WHERE kind <> 'rights';                    -- all acts of the chain
CREATE INDEX acts_by_kind ON acts (kind, day) WHERE kind <> 'rights';             -- one tab
CREATE INDEX acts_by_branch ON acts (branch, day) WHERE kind <> 'rights';         -- all of a branch
CREATE INDEX acts_by_branch_kind ON acts (branch, kind, day) WHERE kind <> 'rights';
CREATE INDEX acts_by_stored ON acts (day) WHERE principal <> 0 OR bonus <> 0;     -- where stored value came and went
CREATE INDEX acts_by_branch_stored ON acts (branch, day) WHERE principal <> 0 OR bonus <> 0;
CREATE INDEX acts_by_amount ON acts (amount) WHERE kind <> 'rights';              -- the dearest first, and ranges of amounts
CREATE INDEX acts_by_kind_amount ON acts (kind, amount) WHERE kind <> 'rights';
CREATE INDEX acts_by_member ON acts (member, day) WHERE member <> x'';            -- a member's timeline
CREATE INDEX acts_by_staff ON acts (staff, kind, day) WHERE staff <> '';          -- what one person did
CREATE INDEX acts_by_till ON acts (till, kind, day) WHERE till <> '';             -- or one till: a rare one is found, not sought
CREATE INDEX acts_by_number ON acts (number) WHERE number <> '';                  -- a receipt in hand
CREATE INDEX acts_journal ON acts (day) WHERE kind IN ('audit', 'incarnation', 'period', 'verdict'); -- who did what that is no sale
CREATE INDEX acts_by_id ON acts (id, kind) WHERE id <> x'';                       -- from a sale's id to its fact
CREATE INDEX acts_by_ref ON acts (ref) WHERE ref <> x'';                          -- what came back of a sale
CREATE INDEX acts_by_entry ON acts (no, seq);                                     -- from a clearing row or discrepancy to its fact

-- From a lot to its facts, one row per move; reason as commerce.moves.Reason
CREATE TABLE act_lots (
    lot BLOB, n INTEGER, reason INTEGER, amount INTEGER NOT NULL, PRIMARY KEY (lot, n, reason)
) WITHOUT ROWID;

-- Sums per day and branch ('HQ': head office's own); day first: reports read spans of days. `what` is one of:
--   sales list discount rounding refunds member_sales walk_in_sales lines (amount: thousandths) claims
--   stored_value bonus_used uses (money that each paid of sales, refunds subtracted), coupons points_earned points_used likewise
--   top_up top_up_bonus top_up_undone gift_cards plans (all card plans) plan_refunds cash_out bonus_given points_given coupons_given
--   points_deduct points_gift points_forfeit points_expired bonus_expired members (registered)
CREATE TABLE day_totals (
    day TEXT, branch TEXT, what TEXT, count INTEGER NOT NULL, amount INTEGER NOT NULL, PRIMARY KEY (day, branch, what)
) WITHOUT ROWID;
CREATE TABLE month_totals (
    month TEXT, branch TEXT, what TEXT, count INTEGER NOT NULL, amount INTEGER NOT NULL, PRIMARY KEY (month, branch, what)
) WITHOUT ROWID;
CREATE TABLE day_hours (   -- sales by the hour (0..23, China's) of the writer's clock
    day TEXT, branch TEXT, hour INTEGER, count INTEGER NOT NULL, amount INTEGER NOT NULL, PRIMARY KEY (day, branch, hour)
) WITHOUT ROWID;
CREATE TABLE day_tenders (   -- act: the kind (sale refund issue withdraw entitlement); every tender, lots' too; given back: amount < 0
    day TEXT, branch TEXT, act TEXT, tender TEXT, count INTEGER NOT NULL, amount INTEGER NOT NULL,
    PRIMARY KEY (day, branch, act, tender)
) WITHOUT ROWID;
CREATE TABLE day_items (   -- sold less taken back; quantity in thousandths, list: before discounts, count: lines
    day TEXT, branch TEXT, item TEXT, quantity INTEGER NOT NULL, list INTEGER NOT NULL, charged INTEGER NOT NULL,
    count INTEGER NOT NULL, PRIMARY KEY (day, branch, item)
) WITHOUT ROWID;
CREATE TABLE month_items (
    month TEXT, branch TEXT, item TEXT, quantity INTEGER NOT NULL, list INTEGER NOT NULL, charged INTEGER NOT NULL,
    count INTEGER NOT NULL, PRIMARY KEY (month, branch, item)
) WITHOUT ROWID;
-- The same of all branches together: a year of the chain is some 20,000 rows instead of a million
CREATE TABLE chain_day_items (
    day TEXT, item TEXT, quantity INTEGER NOT NULL, list INTEGER NOT NULL, charged INTEGER NOT NULL, count INTEGER NOT NULL,
    PRIMARY KEY (day, item)
) WITHOUT ROWID;
CREATE TABLE chain_month_items (
    month TEXT, item TEXT, quantity INTEGER NOT NULL, list INTEGER NOT NULL, charged INTEGER NOT NULL, count INTEGER NOT NULL,
    PRIMARY KEY (month, item)
) WITHOUT ROWID;
CREATE TABLE day_staff (   -- attendants; what several served together is shared equally, count: lines each had a part in
    day TEXT, branch TEXT, staff TEXT, item TEXT, quantity INTEGER NOT NULL, charged INTEGER NOT NULL, count INTEGER NOT NULL,
    PRIMARY KEY (day, branch, staff, item)
) WITHOUT ROWID;
CREATE TABLE month_staff (
    month TEXT, branch TEXT, staff TEXT, item TEXT, quantity INTEGER NOT NULL, charged INTEGER NOT NULL, count INTEGER NOT NULL,
    PRIMARY KEY (month, branch, staff, item)
) WITHOUT ROWID;

-- What each attendant served by the terms of commission of the day: per_mille of what was charged (-1: nobody has said any)
-- and each_one minor units a piece. Months from earned_until on are summed anew after terms were changed; '9999-99': none
CREATE TABLE day_earned (
    day TEXT, branch TEXT, staff TEXT, per_mille INTEGER, each_one INTEGER, quantity INTEGER NOT NULL,
    charged INTEGER NOT NULL, count INTEGER NOT NULL, PRIMARY KEY (day, branch, staff, per_mille, each_one)
) WITHOUT ROWID;
CREATE TABLE month_earned (
    month TEXT, branch TEXT, staff TEXT, per_mille INTEGER, each_one INTEGER, quantity INTEGER NOT NULL,
    charged INTEGER NOT NULL, count INTEGER NOT NULL, PRIMARY KEY (month, branch, staff, per_mille, each_one)
) WITHOUT ROWID;
CREATE TABLE earned_until (month TEXT NOT NULL);
INSERT INTO earned_until VALUES ('9999-99');

-- Members: spent is what sales charged less what came back; topped_up is money; visits are sales
CREATE TABLE member_days (
    member BLOB, day TEXT, branch TEXT, visits INTEGER NOT NULL, spent INTEGER NOT NULL, topped_up INTEGER NOT NULL,
    PRIMARY KEY (member, day, branch)
) WITHOUT ROWID;
-- Who came in these days and what they spent, without a look at the table: members lie scattered there
CREATE INDEX member_days_by_day ON member_days (day, branch, member, visits, spent, topped_up);
-- People: who was merged into another counts with the other. registered: of this id, '' not known; home: the branch where.
-- from_day, until_day: of anything at all; first_day, last_day: of sales; '' when there was none. All zero: merged.
CREATE TABLE member_totals (
    member BLOB PRIMARY KEY, registered TEXT NOT NULL, home TEXT NOT NULL, from_day TEXT NOT NULL, until_day TEXT NOT NULL,
    first_day TEXT NOT NULL, last_day TEXT NOT NULL, visits INTEGER NOT NULL, spent INTEGER NOT NULL, topped_up INTEGER NOT NULL
) WITHOUT ROWID;
-- Who came how lately, how often and for how much, without a look at the table
CREATE INDEX member_totals_by_last_day ON member_totals (last_day, visits, spent, topped_up, from_day, until_day);
CREATE INDEX member_totals_by_home ON member_totals (home, registered) WHERE registered <> '';
CREATE TABLE member_roots (member BLOB PRIMARY KEY, root BLOB NOT NULL) WITHOUT ROWID;   -- the merged alone; root: who it is now
CREATE INDEX member_roots_by_root ON member_roots (root);
-- How many of those who registered in a month came in another; month '': how many registered
CREATE TABLE cohort_months (
    cohort TEXT, month TEXT, members INTEGER NOT NULL, PRIMARY KEY (cohort, month)
) WITHOUT ROWID;

-- Shifts by tender; what: received paid_out opening cash_in cash_out expected counted (the last two: at the close)
CREATE TABLE shift_totals (
    shift BLOB, what TEXT, tender TEXT, count INTEGER NOT NULL, amount INTEGER NOT NULL, PRIMARY KEY (shift, what, tender)
) WITHOUT ROWID;
CREATE INDEX shifts_by_day ON shifts (day);                                       -- a day's shifts, of stage 2's own table

-- Sums of lots and rights, written by stage 2 in the transaction that changes them (reconcile/sums.py), so they are always
-- exact. owed: issued + exposure - transit - consumed, as in the lot's own account; lots: of which owed is not zero. A row
-- whose figures have come to nothing may stay.
CREATE TABLE lot_sums (
    asset TEXT, issuer TEXT, owed INTEGER NOT NULL, lots INTEGER NOT NULL, own INTEGER NOT NULL, set_aside INTEGER NOT NULL,
    PRIMARY KEY (asset, issuer)
) WITHOUT ROWID;
CREATE TABLE lot_days (   -- the same by the day a lot was opened on, '' when its issue is not known
    asset TEXT, issuer TEXT, opened_on TEXT, owed INTEGER NOT NULL, lots INTEGER NOT NULL, PRIMARY KEY (asset, issuer, opened_on)
) WITHOUT ROWID;
CREATE TABLE rights_sums (   -- held: granted + born - gone (0 when overspent), counts of open logs; suspended: of closed ones
    asset TEXT, issuer TEXT, no INTEGER, held INTEGER NOT NULL, held_lots INTEGER NOT NULL, suspended INTEGER NOT NULL,
    suspended_lots INTEGER NOT NULL, PRIMARY KEY (asset, issuer, no)
) WITHOUT ROWID;
CREATE INDEX rights_sums_by_log ON rights_sums (no);
INSERT INTO lot_sums
    SELECT asset, issuer, sum(owed), sum(owed <> 0), sum(own), sum(set_aside) FROM (
        SELECT *, issued + exposure - transit - spent + refunded - paid_out - withdrawn - expired AS owed FROM lots
    ) GROUP BY 1, 2;
INSERT INTO lot_days
    SELECT asset, issuer, opened_on, sum(owed), sum(owed <> 0) FROM (
        SELECT *, issued + exposure - transit - spent + refunded - paid_out - withdrawn - expired AS owed FROM lots
    ) GROUP BY 1, 2, 3;
INSERT INTO rights_sums
    SELECT asset, issuer, no, sum(held), sum(held > 0), sum(suspended), sum(suspended > 0) FROM (
        SELECT l.asset, l.issuer, r.no, max(0, r.granted + r.born - r.gone) AS held, r.suspended FROM rights r JOIN lots l USING (lot)
    ) GROUP BY 1, 2, 3;
