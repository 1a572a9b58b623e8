-- What head office alone knows of goods, and what it needs to find, import and undo.

-- Products as lists show them; written with each product row, made anew from `reference` at will (catalogue_index.py)
CREATE TABLE products (
    item TEXT PRIMARY KEY, name TEXT NOT NULL, category TEXT NOT NULL, brand TEXT NOT NULL, unit TEXT NOT NULL,
    price INTEGER NOT NULL, kind TEXT NOT NULL, active INTEGER NOT NULL, weighed INTEGER NOT NULL, discountable INTEGER NOT NULL,
    barcode TEXT NOT NULL,                    -- the first of them
    picture TEXT NOT NULL,
    hay TEXT NOT NULL                         -- what a search looks through, folded: number, initials, name, barcodes
) WITHOUT ROWID;
CREATE INDEX products_by_name ON products (name, item);
-- with `active`: how many bear a name is told from the index alone
CREATE INDEX products_by_category ON products (category, item, active);
CREATE INDEX products_by_brand ON products (brand, item, active);
CREATE INDEX products_by_unit ON products (unit, item, active);
CREATE INDEX products_by_price ON products (price, item);

-- What stands above each category of the tree and itself, level 1 at the top; written after each change of the tree (categories.py)
CREATE TABLE category_paths (name TEXT, level INTEGER, above TEXT NOT NULL, PRIMARY KEY (name, level)) WITHOUT ROWID;
CREATE INDEX category_paths_by_above ON category_paths (above, name);

-- What a product costs the chain and what selling it earns, from a business date on. Never distributed
CREATE TABLE product_terms (
    item TEXT, from_day TEXT, brand TEXT NOT NULL, cost INTEGER NOT NULL,   -- cost: minor units of one unit, before tax
    commission_per_mille INTEGER NOT NULL,    -- of what was charged
    commission_each INTEGER NOT NULL,         -- minor units for one unit
    PRIMARY KEY (item, from_day)
) WITHOUT ROWID;

-- Who changed which row of a feed, and what it was before (x'': there was none)
CREATE TABLE row_changes (
    n INTEGER PRIMARY KEY, feed TEXT NOT NULL, key TEXT NOT NULL, at INTEGER NOT NULL, by TEXT NOT NULL, before BLOB NOT NULL
);
CREATE INDEX row_changes_by_key ON row_changes (feed, key, n);

-- A file of products on its way: uploaded in parts, read into rows, applied
CREATE TABLE imports (
    import BLOB PRIMARY KEY, by TEXT NOT NULL, at INTEGER NOT NULL, name TEXT NOT NULL, size INTEGER NOT NULL,
    state TEXT NOT NULL,                      -- uploading | read | applied
    plan BLOB NOT NULL DEFAULT x''            -- sheet, headings and what each column means, when it was read
) WITHOUT ROWID;
CREATE TABLE import_parts (import BLOB, n INTEGER, data BLOB NOT NULL, PRIMARY KEY (import, n)) WITHOUT ROWID;
CREATE TABLE import_rows (
    import BLOB, n INTEGER,                   -- n: the row's number in the file, from 1
    item TEXT NOT NULL, name TEXT NOT NULL,
    state TEXT NOT NULL,                      -- new | changed | unchanged | error | applied | failed
    detail BLOB NOT NULL,                     -- what it would change, or what is wrong
    patch BLOB NOT NULL, PRIMARY KEY (import, n)
) WITHOUT ROWID;
CREATE INDEX import_rows_by_state ON import_rows (import, state, n);
