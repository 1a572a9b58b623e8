"""Where rights should lie: what members will want where, the plan that follows, the answers to branches that ask."""
