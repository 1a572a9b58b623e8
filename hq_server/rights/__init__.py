"""Where rights should lie: what members will want where, the plan that follows, and the answers to branches that ask."""
