"""HQ's ledger: the tables where ingest, reconcile, rights, distribution and head office meet."""
