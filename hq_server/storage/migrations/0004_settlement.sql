-- Legal entities: who stands behind branches and head office. A code begins with a capital, so it is never a branch's id.
CREATE TABLE legal_entities (
    entity TEXT PRIMARY KEY, name TEXT NOT NULL,
    number TEXT NOT NULL,                     -- as the state knows it (unified social credit code), '' not told
    made_by TEXT NOT NULL, made_at INTEGER NOT NULL
) WITHOUT ROWID;
-- To which one a branch (or 'HQ') belongs from a business date on; '' it stands for itself. Days of closed periods never change
CREATE TABLE belongings (
    branch TEXT, from_day TEXT, entity TEXT NOT NULL, by TEXT NOT NULL, at INTEGER NOT NULL, PRIMARY KEY (branch, from_day)
) WITHOUT ROWID;

-- A period's rows by day: statements between entities, and what came late, without a look at the table
CREATE INDEX clearing_rows_by_day ON clearing_rows (period, day, debtor, creditor, col, amount);
CREATE INDEX clearing_rows_by_cell ON clearing_rows (period, debtor, creditor, col);
-- From a total of the trial balance to its lots; no counter is in it, so only new lots cost
CREATE INDEX lots_by_asset ON lots (asset, issuer, opened_on);
