"""Bodies that carry a PIN of somebody who approves, and what becomes of it."""

from edge_node.web.fields import Approval, Body


class Approved(Body):
    """Base of bodies that a shift lead must approve with number and PIN."""

    approval: Approval

    def pins(self, own: str) -> tuple[tuple[str, str, bool], ...]:
        """List the approver's PIN."""
        _ = own
        return ((self.approval.staff, self.approval.pin, False),)


class MayBeApproved(Body):
    """Base of bodies that need an approval only if the till's own user may not."""

    approval: Approval | None = None

    def pins(self, own: str) -> tuple[tuple[str, str, bool], ...]:
        """List the approver's PIN, if one was given."""
        _ = own
        return () if self.approval is None else ((self.approval.staff, self.approval.pin, False),)


class ApprovalBody(MayBeApproved):
    """Nothing but who approves it; a shift lead needs nobody."""
