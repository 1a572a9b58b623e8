-- What head office keeps about members beside their facts.
CREATE INDEX members_by_day ON members (day, member);
CREATE INDEX members_by_tier ON members (tier, day, member);
CREATE INDEX members_merged ON members (alias_of) WHERE alias_of <> x'';
CREATE INDEX seen_by_branch ON seen (branch, member);

-- Personal data are found where they lie
CREATE INDEX profile_names ON profiles (value) WHERE field = 'name';
CREATE INDEX profile_phones ON profiles (value) WHERE field = 'phone';
CREATE INDEX profile_ends ON profiles (substr(value, -4)) WHERE field = 'phone';
CREATE INDEX profile_cards ON profiles (value) WHERE field >= 'card:' AND field < 'card:~';
CREATE TABLE member_initials (member BLOB PRIMARY KEY, initials TEXT NOT NULL) WITHOUT ROWID;   -- pinyin of the name
-- What a profile said before: `version` and `value` as they were, `branch` that replaced them ('' head office), `at` when
CREATE TABLE profile_history (
    member BLOB, field TEXT, version INTEGER, value TEXT NOT NULL, branch TEXT NOT NULL, at INTEGER NOT NULL,
    PRIMARY KEY (member, field, version)
) WITHOUT ROWID;

CREATE TABLE tags (tag TEXT PRIMARY KEY, note TEXT NOT NULL, made_by TEXT NOT NULL, made_at INTEGER NOT NULL) WITHOUT ROWID;
CREATE TABLE member_tags (tag TEXT, member BLOB, by TEXT NOT NULL, at INTEGER NOT NULL, PRIMARY KEY (tag, member)) WITHOUT ROWID;
CREATE INDEX member_tags_by_member ON member_tags (member);

-- Merges of members and what they changed of the one who goes on (`keeper`), so that they can be taken back. Standing: undone_at = 0
CREATE TABLE merges (
    n INTEGER PRIMARY KEY, merged BLOB NOT NULL, keeper BLOB NOT NULL, by TEXT NOT NULL, at INTEGER NOT NULL, reason TEXT NOT NULL,
    came TEXT NOT NULL,                       -- JSON: ids of who had been merged into the one merged: they go back with it
    fields TEXT NOT NULL,                     -- JSON: {field taken over: its version then}; no value
    tags TEXT NOT NULL,                       -- JSON: tags taken over
    doubles TEXT NOT NULL,                    -- JSON: [code, branch] of the discrepancies that the merge resolved
    tier_before TEXT NOT NULL, tier_after TEXT NOT NULL,
    frozen_before INTEGER NOT NULL, froze INTEGER NOT NULL,   -- the keeper was frozen; the merge froze it, and nobody decided since
    undone_by TEXT NOT NULL DEFAULT '', undone_at INTEGER NOT NULL DEFAULT 0, undone_reason TEXT NOT NULL DEFAULT ''
);
CREATE INDEX merges_of_merged ON merges (merged);
CREATE INDEX merges_of_keeper ON merges (keeper);

-- What the chain's own profile fields were: the tills read setting custom_fields
CREATE TABLE member_field_versions (version INTEGER PRIMARY KEY, fields TEXT NOT NULL, by TEXT NOT NULL, at INTEGER NOT NULL);

-- One member's balance put right by two people; amount < 0: taken
CREATE TABLE adjustments (
    adjustment BLOB PRIMARY KEY, member BLOB NOT NULL, asset TEXT NOT NULL, amount INTEGER NOT NULL, last_day TEXT NOT NULL,
    reason TEXT NOT NULL, proposed_by TEXT NOT NULL, proposed_at INTEGER NOT NULL,
    decided_by TEXT NOT NULL DEFAULT '', decided_at INTEGER NOT NULL DEFAULT 0,
    state TEXT NOT NULL                       -- proposed | done | withdrawn
) WITHOUT ROWID;
CREATE INDEX adjustments_by_time ON adjustments (proposed_at, adjustment);
CREATE INDEX adjustments_by_member ON adjustments (member, proposed_at);

-- Gifts to many members at once: top-ups, coupons, tags. Rows are frozen when the batch is prepared and carried out once each:
-- their facts' ids follow from batch and row. `what`: the coupons' template, the tag; `source`: a file, or the filters of the list
CREATE TABLE batches (
    batch BLOB PRIMARY KEY, name TEXT NOT NULL, rule TEXT NOT NULL, tender TEXT NOT NULL, source TEXT NOT NULL,
    kind TEXT NOT NULL, what TEXT NOT NULL, last_day TEXT NOT NULL,      -- kind: top_up | coupons | tag
    state TEXT NOT NULL,                      -- draft | proposed | approved | done | withdrawn | undo_proposed | undoing | undone
    made_by TEXT NOT NULL, made_at INTEGER NOT NULL, day TEXT NOT NULL DEFAULT '',
    decided_by TEXT NOT NULL DEFAULT '', decided_at INTEGER NOT NULL DEFAULT 0,
    undo_by TEXT NOT NULL DEFAULT '', undo_reason TEXT NOT NULL DEFAULT '', undo_decided_by TEXT NOT NULL DEFAULT ''
) WITHOUT ROWID;
CREATE INDEX batches_by_time ON batches (made_at, batch);
CREATE TABLE batch_rows (
    batch BLOB, n INTEGER, typed TEXT NOT NULL, member BLOB NOT NULL, amount INTEGER NOT NULL, bonus INTEGER NOT NULL,
    points INTEGER NOT NULL, rule TEXT NOT NULL, problem TEXT NOT NULL,   -- problem: '' it can be carried out, else a word why not
    done INTEGER NOT NULL DEFAULT 0,
    undone INTEGER NOT NULL DEFAULT 0, kept TEXT NOT NULL DEFAULT '',     -- kept: why it is not (wholly) undone, '' it is or waits
    PRIMARY KEY (batch, n)
) WITHOUT ROWID;

-- Card numbers made at head office for the printer; their ranges stand in card_ranges under 'HQ'
CREATE TABLE card_batches (
    batch BLOB PRIMARY KEY, prefix TEXT NOT NULL, first INTEGER NOT NULL, last INTEGER NOT NULL, note TEXT NOT NULL,
    made_by TEXT NOT NULL, made_at INTEGER NOT NULL
) WITHOUT ROWID;
CREATE INDEX card_batches_by_time ON card_batches (made_at, batch);
