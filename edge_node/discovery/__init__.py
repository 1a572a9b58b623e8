"""Discovery: announces the node, finds devices and other nodes, and offers what it found; it opens and uses nothing."""
