-- Points in and out: per lot and entry, projected from the postings. change: above zero given, below taken.
CREATE TABLE point_moves (
    lot BLOB NOT NULL,
    id INTEGER NOT NULL,
    change INTEGER NOT NULL,
    PRIMARY KEY (lot, id)
) WITHOUT ROWID;

-- Payments through a provider. state: what is known of the money. act: the sale, top-up … that it paid, once.
-- cancel: the till wants it no more while nobody knows whether it was paid. code '': why it was refused.
CREATE TABLE payments (
    payment BLOB PRIMARY KEY,
    till TEXT NOT NULL,
    tender TEXT NOT NULL,
    provider TEXT NOT NULL,
    amount INTEGER NOT NULL,
    state TEXT NOT NULL CHECK (
        state IN ('asking', 'unknown', 'paid', 'used', 'refused', 'cancelled', 'refunding', 'refunded')
    ),
    cancel INTEGER NOT NULL DEFAULT 0,
    code TEXT NOT NULL DEFAULT '',
    provider_ref TEXT NOT NULL DEFAULT '',
    act BLOB NOT NULL DEFAULT x'',
    at INTEGER NOT NULL,
    tries INTEGER NOT NULL DEFAULT 0,
    next_at INTEGER NOT NULL DEFAULT 0
) WITHOUT ROWID;
CREATE INDEX payments_open ON payments (at) WHERE state IN ('asking', 'unknown', 'paid', 'refunding');

-- What goes back of a payment: all of one that paid nothing, or what came back of the sale it paid.
CREATE TABLE payment_refunds (
    refund BLOB PRIMARY KEY,
    payment BLOB NOT NULL,
    amount INTEGER NOT NULL,
    done INTEGER NOT NULL DEFAULT 0,
    at INTEGER NOT NULL,
    tries INTEGER NOT NULL DEFAULT 0,
    next_at INTEGER NOT NULL DEFAULT 0
) WITHOUT ROWID;
CREATE INDEX payment_refunds_open ON payment_refunds (next_at) WHERE done = 0;
CREATE INDEX payment_refunds_of ON payment_refunds (payment);
