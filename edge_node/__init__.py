"""The edge node: one program per branch that owns the tills, keeps selling and replicates to HQ."""
