-- The edge node's database (SQLCipher). Money in minor units, quantities in thousandths, times in ms since 1970,
-- dates as ISO text, ids as 16-byte blobs. An entry's id is no * 2^40 + seq: one integer key for log, sales and papers.

CREATE TABLE meta (
    name TEXT PRIMARY KEY,
    value BLOB NOT NULL
) WITHOUT ROWID;

-- One log each. Exactly one row is `current`; `closed` ones were closed by HQ or by this box, `adopted` ones lived before
-- the node joined a chain. stopped: why stored value may not be used ('' it may).
CREATE TABLE incarnations (
    no INTEGER PRIMARY KEY,
    incarnation BLOB NOT NULL UNIQUE,
    chain BLOB NOT NULL,
    node BLOB NOT NULL,
    branch TEXT NOT NULL,
    signing_key BLOB NOT NULL,
    predecessor BLOB NOT NULL DEFAULT x'',
    predecessor_seq INTEGER NOT NULL DEFAULT 0,
    predecessor_head BLOB NOT NULL DEFAULT x'',
    h0 BLOB NOT NULL,
    seq INTEGER NOT NULL DEFAULT 0,
    head BLOB NOT NULL,
    acked_seq INTEGER NOT NULL DEFAULT 0,
    acked_head BLOB NOT NULL,
    ack BLOB NOT NULL DEFAULT x'',
    session INTEGER NOT NULL DEFAULT 0,
    state TEXT NOT NULL CHECK (state IN ('current', 'closed', 'adopted')),
    stopped TEXT NOT NULL DEFAULT '',
    CHECK (acked_seq <= seq)
);
CREATE UNIQUE INDEX one_current ON incarnations (state) WHERE state = 'current';

-- The change log: bytes exactly as hashed and sent. The hash is h_n; h_0 stands in incarnations.
CREATE TABLE entries (
    id INTEGER PRIMARY KEY,
    at INTEGER NOT NULL,
    hash BLOB NOT NULL,
    entry BLOB NOT NULL
);

-- no: the incarnation that issued the lot here (NULL: known from HQ's rows).
CREATE TABLE lots (
    lot BLOB PRIMARY KEY,
    owner BLOB NOT NULL,
    owner_kind TEXT NOT NULL,
    asset TEXT NOT NULL,
    issuer TEXT NOT NULL,
    opened_on TEXT NOT NULL,
    expires_on TEXT NOT NULL,
    pair BLOB NOT NULL,
    terms BLOB NOT NULL,
    no INTEGER
) WITHOUT ROWID;
CREATE INDEX lots_of_owner ON lots (owner);

-- granted: HQ writes it (rows of the branch feed); born, gone: this node's log writes them. HQ's order is a state.
CREATE TABLE rights (
    lot BLOB NOT NULL,
    no INTEGER NOT NULL,
    granted INTEGER NOT NULL DEFAULT 0 CHECK (granted >= 0),
    born INTEGER NOT NULL DEFAULT 0 CHECK (born >= 0),
    gone INTEGER NOT NULL DEFAULT 0 CHECK (gone >= 0),
    order_kind TEXT NOT NULL DEFAULT '',
    order_amount INTEGER NOT NULL DEFAULT 0,
    row BLOB NOT NULL DEFAULT x'',
    PRIMARY KEY (lot, no),
    CHECK (granted + born - gone >= 0)
) WITHOUT ROWID;

-- "left": what remains refundable (commerce.refund.Sold), NULL: everything as the entry says.
CREATE TABLE sales (
    id INTEGER PRIMARY KEY,
    sale BLOB NOT NULL UNIQUE,
    number TEXT NOT NULL,
    day TEXT NOT NULL,
    shift BLOB NOT NULL,
    member BLOB NOT NULL,
    total INTEGER NOT NULL,
    "left" BLOB
);
CREATE INDEX sales_of_member ON sales (member) WHERE member <> x'';

-- Top-ups and other issues with a paper: what an undo needs. undone: the withdrawal that took it back.
CREATE TABLE issues (
    id INTEGER PRIMARY KEY,
    issue BLOB NOT NULL UNIQUE,
    number TEXT NOT NULL,
    day TEXT NOT NULL,
    member BLOB NOT NULL,
    total INTEGER NOT NULL,
    undone BLOB NOT NULL DEFAULT x''
);
CREATE INDEX issues_of_member ON issues (member);

-- Keyed hashes only (HMAC-SHA256 under the chain's member key, 16 bytes); names stand in profiles.
CREATE TABLE members (
    member BLOB PRIMARY KEY,
    tier TEXT NOT NULL,
    masked_name TEXT NOT NULL,
    phone_hash BLOB NOT NULL,
    last4_hash BLOB NOT NULL,
    frozen INTEGER NOT NULL DEFAULT 0,
    alias_of BLOB NOT NULL DEFAULT x'',
    version INTEGER NOT NULL DEFAULT 0
) WITHOUT ROWID;
CREATE INDEX members_by_phone ON members (phone_hash) WHERE phone_hash <> x'';
CREATE INDEX members_by_alias ON members (alias_of) WHERE alias_of <> x'';
CREATE INDEX members_by_last4 ON members (last4_hash) WHERE last4_hash <> x'';

CREATE TABLE cards (
    card_hash BLOB PRIMARY KEY,
    member BLOB NOT NULL,
    state TEXT NOT NULL
) WITHOUT ROWID;
CREATE INDEX cards_of_member ON cards (member);

-- Personal data of members this branch has seen. version: HQ's, 0 while HQ has not answered.
CREATE TABLE profiles (
    member BLOB NOT NULL,
    field TEXT NOT NULL,
    value TEXT NOT NULL,
    version INTEGER NOT NULL DEFAULT 0,
    PRIMARY KEY (member, field)
) WITHOUT ROWID;

-- What a name is found by, as prefixes: the name, its tails, its pinyin initials.
CREATE TABLE name_terms (
    term TEXT NOT NULL,
    member BLOB NOT NULL,
    PRIMARY KEY (term, member)
) WITHOUT ROWID;
CREATE INDEX name_terms_of_member ON name_terms (member);

-- The whole chain's balance as HQ last told it (commerce.reference.BalanceRow).
CREATE TABLE chain_balances (
    member BLOB PRIMARY KEY,
    body BLOB NOT NULL
) WITHOUT ROWID;

-- Profile edits on their way to HQ, beside the log (commerce.reference.ProfileEdit); emptied by HQ's answer.
CREATE TABLE outbox (
    n INTEGER PRIMARY KEY AUTOINCREMENT,
    member BLOB NOT NULL,
    field TEXT NOT NULL,
    edit BLOB NOT NULL
);
CREATE INDEX outbox_of_member ON outbox (member);

CREATE TABLE reference (
    feed TEXT NOT NULL,
    key TEXT NOT NULL,
    version INTEGER NOT NULL,
    body BLOB NOT NULL,
    PRIMARY KEY (feed, key)
) WITHOUT ROWID;

-- lineage: the HQ epoch at which the feed was last cut back.
CREATE TABLE positions (
    feed TEXT PRIMARY KEY,
    lineage_n INTEGER NOT NULL,
    lineage_id BLOB NOT NULL,
    position INTEGER NOT NULL
) WITHOUT ROWID;

-- opened_id: the entry that opened it; its figures are read from the log, from there on.
CREATE TABLE shifts (
    shift BLOB PRIMARY KEY,
    opened_id INTEGER NOT NULL,
    till TEXT NOT NULL,
    day TEXT NOT NULL,
    opened_by TEXT NOT NULL,
    state TEXT NOT NULL CHECK (state IN ('open', 'counted', 'closed'))
) WITHOUT ROWID;
CREATE UNIQUE INDEX one_open_shift ON shifts (till) WHERE state <> 'closed';

CREATE TABLE baskets (
    basket BLOB PRIMARY KEY,
    till TEXT NOT NULL,
    state TEXT NOT NULL CHECK (state IN ('open', 'held')),
    staff TEXT NOT NULL,
    note TEXT NOT NULL,
    changed_at INTEGER NOT NULL,
    body BLOB NOT NULL
) WITHOUT ROWID;

-- Idempotency: what was answered to (till, n), kept 90 days; the newest of each till stays for ever.
CREATE TABLE answers (
    till TEXT NOT NULL,
    n INTEGER NOT NULL,
    digest BLOB NOT NULL,
    status INTEGER NOT NULL,
    body BLOB NOT NULL,
    at INTEGER NOT NULL,
    PRIMARY KEY (till, n)
) WITHOUT ROWID;

-- id: the entry that the paper shows.
CREATE TABLE print_jobs (
    job INTEGER PRIMARY KEY AUTOINCREMENT,
    kind TEXT NOT NULL,
    id INTEGER NOT NULL,
    till TEXT NOT NULL,
    drawer INTEGER NOT NULL,
    copy INTEGER NOT NULL,
    state TEXT NOT NULL DEFAULT 'waiting' CHECK (state IN ('waiting', 'done')),
    at INTEGER NOT NULL
);
CREATE INDEX waiting_jobs ON print_jobs (till) WHERE state = 'waiting';

-- Failed PIN attempts per staff number; a row disappears with the first success.
CREATE TABLE pin_failures (
    staff TEXT PRIMARY KEY,
    failures INTEGER NOT NULL,
    failed_at INTEGER NOT NULL
) WITHOUT ROWID;

-- Live sign-ins: SHA-256 of the bearer token. pin: SHA-256 of the stored PIN hash under which it holds.
CREATE TABLE sign_ins (
    token BLOB PRIMARY KEY,
    staff TEXT NOT NULL,
    pin BLOB NOT NULL,
    till TEXT NOT NULL,
    at INTEGER NOT NULL,
    seen_at INTEGER NOT NULL
) WITHOUT ROWID;

-- Requests to HQ: ids are (incarnation, n), n growing.
CREATE TABLE requests (
    no INTEGER NOT NULL,
    n INTEGER NOT NULL,
    kind TEXT NOT NULL,
    body BLOB NOT NULL,
    state TEXT NOT NULL CHECK (state IN ('waiting', 'granted', 'refused', 'cancelled')),
    code TEXT NOT NULL DEFAULT '',
    answer BLOB NOT NULL DEFAULT x'',
    at INTEGER NOT NULL,
    deadline INTEGER NOT NULL,
    PRIMARY KEY (no, n)
) WITHOUT ROWID;
CREATE INDEX waiting_requests ON requests (no, n) WHERE state = 'waiting';

-- Goods of another branch's sale taken back here (claimant), or claims this node answers (seller).
CREATE TABLE claims (
    claim BLOB NOT NULL,
    role TEXT NOT NULL CHECK (role IN ('claimant', 'seller')),
    sale BLOB NOT NULL,
    state TEXT NOT NULL CHECK (state IN ('to_release', 'released', 'refused', 'paid')),
    day TEXT NOT NULL,
    body BLOB NOT NULL,
    outcome BLOB NOT NULL DEFAULT x'',
    PRIMARY KEY (claim, role)
) WITHOUT ROWID;
