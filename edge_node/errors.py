"""The errors of the edge node, sorted by what the cashier does next; the codes are a closed set.

Errors of ``commerce`` (InputError, ShortageError, RuleError) pass through unchanged: they carry codes and evidence of
the same form. Evidence is safe to log and to show: numbers, codes, ids in hexadecimal, never names, phones or PINs.
"""

from enum import StrEnum


class Code(StrEnum):
    """Why something was refused. Texts for people are the screens' and the web room's business."""

    # Mend the input
    BAD_REQUEST = "bad_request"
    BAD_PHONE = "bad_phone"
    BAD_CARD = "bad_card"
    BAD_FIELD = "bad_field"
    BAD_PHOTO = "bad_photo"
    FIELD_NEEDED = "field_needed"
    BAD_DAY = "bad_day"
    BAD_PIN = "bad_pin"
    BAD_RECEIPT_CODE = "bad_receipt_code"
    TOO_MANY = "too_many"
    TOO_LARGE = "too_large"
    UNKNOWN_MEMBER = "unknown_member"
    UNKNOWN_SALE = "unknown_sale"
    UNKNOWN_BASKET = "unknown_basket"
    UNKNOWN_SHIFT = "unknown_shift"
    UNKNOWN_ISSUE = "unknown_issue"
    UNKNOWN_CLAIM = "unknown_claim"
    UNKNOWN_RULE = "unknown_rule"
    UNKNOWN_SESSION = "unknown_session"
    UNKNOWN_STAFF = "unknown_staff"
    UNKNOWN_GIFT = "unknown_gift"
    UNKNOWN_PAYMENT = "unknown_payment"
    PAYMENT_DIFFERS = "payment_differs"
    UNKNOWN_REQUEST = "unknown_request"
    UNKNOWN_INCARNATION = "unknown_incarnation"
    UNKNOWN_PRINT_JOB = "unknown_print_job"
    UNKNOWN_DEVICE = "unknown_device"
    ROLE_UNFIT = "role_unfit"
    EMPTY_BASKET = "empty_basket"
    BASKET_ELSEWHERE = "basket_elsewhere"
    MEMBER_NEEDED = "member_needed"
    AMOUNT_NOT_ALLOWED = "amount_not_allowed"
    NOTHING_HERE = "nothing_here"
    NOTHING_TO_MOVE = "nothing_to_move"
    # Something has to happen first, or a person has to decide
    ATTENDANT_NEEDED = "attendant_needed"
    WALK_IN_REFUSED = "walk_in_refused"
    SHIFT_NEEDED = "shift_needed"
    SHIFT_ALREADY_OPEN = "shift_already_open"
    SHIFT_NOT_COUNTED = "shift_not_counted"
    SHIFT_COUNTED = "shift_counted"
    SESSION_STATE = "session_state"
    REASON_NEEDED = "reason_needed"
    TOTAL_CHANGED = "total_changed"
    APPROVAL_NEEDED = "approval_needed"
    ROLE_NEEDED = "role_needed"
    SIGN_IN_REFUSED = "sign_in_refused"
    PIN_LOCKED = "pin_locked"
    PIN_CHANGE_NEEDED = "pin_change_needed"
    NOT_SIGNED_IN = "not_signed_in"
    PHONE_TAKEN = "phone_taken"
    CARD_TAKEN = "card_taken"
    MEMBER_FROZEN = "member_frozen"
    CARD_LOST = "card_lost"
    CARD_NEEDED = "card_needed"
    NO_CARD_NUMBERS = "no_card_numbers"
    PASSWORD_NEEDED = "password_needed"  # noqa: S105 - a code
    PASSWORD_WRONG = "password_wrong"  # noqa: S105 - a code
    PASSWORD_LOCKED = "password_locked"  # noqa: S105 - a code
    STORED_VALUE_STOPPED = "stored_value_stopped"
    CHANGE_STAYS_CASH = "change_stays_cash"
    NO_PROVIDER = "no_provider"
    PAYMENT_NEEDED = "payment_needed"
    PAYMENT_NOT_PAID = "payment_not_paid"
    PAYMENT_USED = "payment_used"
    SALE_OF_THIS_BRANCH = "sale_of_this_branch"
    SALE_NEEDS_CLAIM = "sale_needs_claim"
    CLAIM_NOT_RELEASED = "claim_not_released"
    ISSUE_UNDONE = "issue_undone"
    REFUND_TOO_LATE = "refund_too_late"
    MANAGED_BY_HQ = "managed_by_hq"
    PRINT_JOB_UNDER_WAY = "print_job_under_way"
    PRINT_JOB_DONE = "print_job_done"
    NO_LABEL_PRINTER = "no_label_printer"
    NOTHING_UNSENT = "nothing_unsent"
    LABELS_UNDER_WAY = "labels_under_way"
    # The same request was seen before
    KEY_REUSED = "key_reused"
    KEY_OUTDATED = "key_outdated"
    KEY_TOO_FAR = "key_too_far"
    # Stop: the box, not the cashier
    DATABASE_UNREADABLE = "database_unreadable"
    DATABASE_TOO_NEW = "database_too_new"
    ALREADY_STARTED = "already_started"
    NOT_STARTED = "not_started"
    UNBALANCED_FACT = "unbalanced_fact"
    PAGE_REFUSED = "page_refused"
    # Told to whoever runs the box, at its command line
    ALREADY_RUNNING = "already_running"
    ALREADY_ENROLLED = "already_enrolled"
    NOT_ENROLLED = "not_enrolled"
    HQ_UNREACHABLE = "hq_unreachable"


Evidence = int | str


class EdgeError(Exception):
    """Base of the tree: a stable code and evidence for the screen."""

    def __init__(self, code: Code, **evidence: Evidence) -> None:
        super().__init__(code, evidence)
        self.code = code
        self.evidence = evidence

    def __str__(self) -> str:
        parts = [f"{name}={value}" for name, value in self.evidence.items()]
        return f"{self.code.value} ({', '.join(parts)})" if parts else self.code.value


class MendInputError(EdgeError):
    """The request is malformed or names what does not exist: correct it and send it again."""


class NotNowError(EdgeError):
    """Right as asked, but something must happen first: open a shift, thaw a member, wait for HQ's answer."""


class AskPersonError(EdgeError):
    """A person with the right role has to approve, sign in or decide."""


class KeyConflictError(EdgeError):
    """The idempotency key was used for something else, is older than what is kept, or leaps ahead."""


class StopWorkError(EdgeError):
    """The box itself is in trouble: nothing the cashier can mend."""
