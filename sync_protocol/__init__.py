"""The sync protocol: sans-I/O logs, batches, sealed sessions and feeds (docs/protocol.md is normative)."""
