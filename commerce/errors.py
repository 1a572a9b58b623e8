"""The errors of commerce, sorted by what the caller does: mend the input, take another tender, stop and ask.

Every error carries a stable ``code`` (closed set ``CODES``; screens translate it) and ``evidence``: plain numbers and
short texts, never names, phones or anything else personal, so that it may be logged and sent to a till as it is.
"""

Evidence = int | str
"""What an error may carry: amounts, counts, codes, ids in hexadecimal."""


class CommerceError(Exception):
    """Base of the tree. ``code`` is stable; ``evidence`` names what was asked and what there is."""

    def __init__(self, code: str, **evidence: Evidence) -> None:
        super().__init__(code, evidence)
        self.code = code
        self.evidence = evidence

    def __str__(self) -> str:
        parts = [f"{name}={value}" for name, value in self.evidence.items()]
        return f"{self.code} ({', '.join(parts)})" if parts else self.code


class InputError(CommerceError):
    """The request is malformed, out of bounds or names what does not exist: mend it and ask again."""


class ShortageError(CommerceError):
    """There is not enough here: ask for another tender, less, or rights. ``evidence`` tells what is available."""


class RuleError(CommerceError):
    """A rule forbids it, whatever the amount: stop, or ask a person who may decide."""


class RightsError(ShortageError):
    """A holder lacks the rights to a lot for a move, or the move is not its to make."""
