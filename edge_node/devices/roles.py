"""Who does which work: the duties of the ledger as look-ups, without those that a kind of device cannot do."""

from collections.abc import Iterable, Mapping

from device_drivers.interfaces.device import Kind
from edge_node.ledger.device_roles import Role
from edge_node.ledger.devices import DutyOf

FITS: Mapping[Role, frozenset[Kind]] = {
    Role.RECEIPT: frozenset({Kind.POS_PRINTER}),
    Role.LABEL: frozenset({Kind.LABEL_PRINTER}),
    Role.DRAWER: frozenset({Kind.CASH_DRAWER, Kind.POS_PRINTER}),
    Role.DISPLAY: frozenset({Kind.LINE_DISPLAY}),
    Role.SCANNER: frozenset({Kind.SCANNER}),
    Role.SCALE: frozenset({Kind.SCALE}),
    Role.CARD: frozenset({Kind.MSR, Kind.SMART_CARD_RW}),
}
"""Role → kinds that can do it: most drawers hang on a printer."""

_ROLES = {role.value: role for role in Role}


def of_kind(kind: Kind) -> tuple[Role, ...]:
    """Return the work that a kind can do."""
    return tuple(role for role in Role if kind in FITS[role])


class Roster:
    """The duties as of one moment. `kinds`: device → its kind, None of a driver that nobody knows."""

    def __init__(self, duties: Iterable[DutyOf] = (), kinds: Mapping[bytes, Kind | None] | None = None) -> None:
        """`duties`: the first choice of each role and till first."""
        self._lines: dict[tuple[Role, str], tuple[bytes, ...]] = {}
        self._tills: dict[bytes, tuple[str, ...]] = {}
        for duty in duties:
            role = _ROLES.get(duty.role)
            if role is None or (kinds or {}).get(duty.device) not in FITS[role]:
                continue
            place = (role, duty.till)
            self._lines[place] = (*self._lines.get(place, ()), duty.device)
            self._tills[duty.device] = (*self._tills.get(duty.device, ()), duty.till)

    def of_role(self, role: Role, till: str) -> tuple[bytes, ...]:
        """List the devices that do this for `till`: the till's own, then those of all tills."""
        own, common = self._lines.get((role, till), ()), self._lines.get((role, ""), ())
        return tuple(dict.fromkeys((*own, *common)))

    def tills(self, device: bytes) -> tuple[str, ...]:
        """List the tills that a device works for; "" alone: all of them."""
        found = self._tills.get(device, ())
        return ("",) if "" in found else tuple(dict.fromkeys(found))
