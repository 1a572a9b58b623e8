"""What people at head office do: catalogue, branches, members, settlement, discrepancies, releases, users."""
