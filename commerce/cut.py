"""The one function that shares amounts (ledger.md "Splitting", worked-examples.md 5.1), and its two small forms."""

from collections.abc import Sequence

from commerce.errors import InputError


def cut(amount: int, parts: Sequence[int]) -> list[int]:
    """Share `amount` ≥ 0 over `parts` ≥ 0, in order, by cumulative floor.

    Part i gets ⌊amount·S_i/S⌋ − ⌊amount·S_{i−1}/S⌋, S_i the sum of the first i parts. The shares sum to `amount`
    exactly; while ``amount <= sum(parts)`` none exceeds its part; ``cut(sum(parts), parts)`` is `parts`. What is used
    up in steps must be cut over *what remains*: then any steps end at exactly zero. Raises InputError
    ``nothing_to_share_over`` for a positive amount over nothing and ``negative_amount`` for anything below zero.
    """
    if amount < 0 or any(part < 0 for part in parts):
        raise InputError("negative_amount", amount=amount)
    total = sum(parts)
    if total == 0:
        if amount:
            raise InputError("nothing_to_share_over", amount=amount)
        return [0] * len(parts)
    shares: list[int] = []
    reached = before = 0
    for part in parts:
        reached += part
        after = amount * reached // total
        shares.append(after - before)
        before = after
    return shares


def cut_signed(amount: int, parts: Sequence[int]) -> list[int]:
    """Share an amount of either sign (a rounding, a discount): the shares of its magnitude, with its sign."""
    return cut(amount, parts) if amount >= 0 else [-share for share in cut(-amount, parts)]


def portion(left: int, used: int, whole: int) -> int:
    """Return the part of `left` (either sign) that goes with `used` out of `whole` ≥ `used` ≥ 0, rounded towards zero.

    All of it when `used` is all that remains: so a sequence of steps, each over what remains, ends at exactly zero.
    """
    if not 0 <= used <= whole:
        raise InputError("negative_amount" if used < 0 else "beyond_what_remains", used=used, whole=whole)
    if used == 0:
        return 0
    if used == whole:
        return left
    return left * used // whole if left >= 0 else -(-left * used // whole)
