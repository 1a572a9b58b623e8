"""What people of the office may do: a role is a name for a set of duties, and a route names the one duty it needs."""

from collections.abc import Mapping
from types import MappingProxyType

SEE = "see"
"""Read everything of the chain."""
BRANCH = "branch"
"""Read what belongs to one's own branch; whoever belongs to no branch reads it of all."""
MEMBERS = "members"
"""Register members and change what is known about them."""
ADJUST = "adjust"
"""Propose adjustments, top up in batches, gather a member's value at HQ."""
SETTLE = "settle"
"""Close periods, make statements, resolve discrepancies."""
APPROVE = "approve"
"""Be the second person."""
GOODS = "goods"
"""Products, prices, tiers, plans, promotions, coupons."""
BRANCHES = "branches"
"""Enrol and block boxes, close logs, name branches, give them numbers."""
PEOPLE = "people"
"""Users, roles and staff."""
SETTINGS = "settings"
"""Parameters, templates, payment methods."""
AUDIT = "audit"
"""The journal of privileged acts and the chains behind it."""

DUTIES = (SEE, BRANCH, MEMBERS, ADJUST, SETTLE, APPROVE, GOODS, BRANCHES, PEOPLE, SETTINGS, AUDIT)

BUILT_IN: Mapping[str, frozenset[str]] = MappingProxyType(
    {
        "operator": frozenset({SEE, BRANCH, MEMBERS}),
        "accountant": frozenset({SEE, BRANCH, MEMBERS, ADJUST, SETTLE, AUDIT}),
        "manager": frozenset(DUTIES),
        "branch_manager": frozenset({BRANCH}),
    }
)
"""Roles that every chain has. Only people who belong to a branch can be its managers."""

OFFICE_ROLES = ("operator", "accountant", "manager")
"""Built-in roles that need no branch."""

OF_A_BRANCH = frozenset({BRANCH})
"""All that somebody who belongs to one branch may do; other duties concern the whole chain."""
