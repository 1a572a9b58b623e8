-- Papers' numbers, where each till counts for itself: the last one given. period '': it never starts anew, else a day.
CREATE TABLE paper_numbers (
    no INTEGER NOT NULL,
    till TEXT NOT NULL,
    period TEXT NOT NULL,
    last INTEGER NOT NULL,
    PRIMARY KEY (no, till, period)
) WITHOUT ROWID;

-- Sales are found by what is printed on them, however the numbers are made.
CREATE INDEX sales_by_number ON sales (number);

-- Until when (ms) members may be named by typing at a till, because a shift lead said so.
CREATE TABLE typing_leaves (
    till TEXT PRIMARY KEY,
    until INTEGER NOT NULL
) WITHOUT ROWID;
