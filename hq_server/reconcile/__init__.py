"""Stage 2 of the ingest: from entries in the order of arrival to rights, balances, clearing and discrepancies."""
