"""Commerce: the pure business rules that till and HQ compute to the same cent (standard library only)."""
