"""Storage: HQ's SQLite database, its migrations and the one thread that writes it."""
