"""The errors of HQ, sorted by what the caller does about them; the codes are a closed set.

Errors of ``commerce``, ``sync_protocol`` and ``provisioning`` pass unchanged: they carry codes of a like form.
Evidence is safe to log and to show: numbers, codes, ids in hexadecimal, never names, phones or secrets.
"""

from enum import StrEnum


class Code(StrEnum):
    """Why something was refused. Texts for people are the web room's business."""

    # Mend the input
    UNKNOWN_INCARNATION = "unknown_incarnation"
    UNKNOWN_LOT = "unknown_lot"
    UNKNOWN_SALE = "unknown_sale"
    UNKNOWN_CLAIM = "unknown_claim"
    UNKNOWN_MEMBER = "unknown_member"
    UNKNOWN_DISCREPANCY = "unknown_discrepancy"
    UNKNOWN_BRANCH = "unknown_branch"
    UNKNOWN_USER = "unknown_user"
    UNKNOWN_ROLE = "unknown_role"
    UNKNOWN_ROW = "unknown_row"
    UNKNOWN_PERIOD = "unknown_period"
    UNKNOWN_ENTITY = "unknown_entity"
    UNKNOWN_RELEASE = "unknown_release"
    UNKNOWN_RESOLUTION = "unknown_resolution"
    UNKNOWN_PROPOSAL = "unknown_proposal"
    UNKNOWN_ENTITLEMENT = "unknown_entitlement"
    UNKNOWN_NODE = "unknown_node"
    NODE_TAKEN = "node_taken"
    BAD_VALUE = "bad_value"
    TOO_MANY_ROWS = "too_many_rows"
    TOO_MANY_MEMBERS = "too_many_members"
    WEAK_SECRET = "weak_secret"  # noqa: S105 - a code, not a secret
    # A rule or a person has to decide
    RIGHTS_SHORT = "rights_short"
    NOT_OPEN = "not_open"
    NOT_CLOSED = "not_closed"
    NOT_WAITING = "not_waiting"
    SALE_KNOWN = "sale_known"
    NOT_SET_ASIDE = "not_set_aside"
    ALREADY_RESOLVED = "already_resolved"
    SAME_PERSON = "same_person"
    ACCOUNT_TOO_NEW = "account_too_new"
    WRONG_HISTORY = "wrong_history"
    USER_EXISTS = "user_exists"
    LAST_MANAGER = "last_manager"
    MORE_THAN_OWN = "more_than_own"
    ROLE_IN_USE = "role_in_use"
    TIER_IN_USE = "tier_in_use"
    CATEGORY_IN_USE = "category_in_use"
    STAFF_NUMBER_TAKEN = "staff_number_taken"
    NOT_PROPOSED = "not_proposed"
    PERIOD_ORDER = "period_order"
    DAY_PASSED = "day_passed"
    PERIOD_LOCKED = "period_locked"
    NOT_CONFIRMED = "not_confirmed"
    MEMBER_MERGED = "member_merged"
    UNDO_TOO_LATE = "undo_too_late"
    NOT_MERGED = "not_merged"
    MERGED_SINCE = "merged_since"
    NO_CONSENT = "no_consent"
    NOTHING_TO_DO = "nothing_to_do"
    CARD_RANGE_TAKEN = "card_range_taken"
    PICTURE_USED = "picture_used"
    # Stop: the server, not the request
    DATABASE_UNREADABLE = "database_unreadable"
    DATABASE_TOO_NEW = "database_too_new"
    ALREADY_STARTED = "already_started"
    NOT_STARTED = "not_started"
    ALREADY_RUNNING = "already_running"
    BAD_CONFIG = "bad_config"
    WRONG_DATABASE = "wrong_database"
    UNBALANCED_FACT = "unbalanced_fact"


Evidence = int | str


class HqError(Exception):
    """Base of the tree: a stable code and evidence for the office."""

    def __init__(self, code: Code, **evidence: Evidence) -> None:
        super().__init__(code, evidence)
        self.code = code
        self.evidence = evidence

    def __str__(self) -> str:
        parts = [f"{name}={value}" for name, value in self.evidence.items()]
        return f"{self.code.value} ({', '.join(parts)})" if parts else self.code.value


class InputError(HqError):
    """The request names what does not exist or is out of bounds: mend it and ask again."""


class RefusedError(HqError):
    """The state forbids it: a person has to decide or something has to happen first."""


class RetryError(HqError):
    """The same request may succeed later."""


class StopError(HqError):
    """The server itself cannot go on: its operator has to act."""
