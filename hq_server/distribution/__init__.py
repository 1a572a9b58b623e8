"""What branches read: compacted feeds of rows built from the state of the moment, handed out in gapless pages."""
