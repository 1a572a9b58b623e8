"""Storage: the encrypted SQLite database of an edge node, its migrations and the one thread that uses it."""
