"""HQ's synchronous heart: sessions, stage 2, placement and feeds on one connection, for the socket and the replay."""
