"""Settling a total by tenders: who pays how much, what goes back as change. Pure; where the value comes from is told.

Tenders may be offered in any order and mix; the parts sum to the total exactly. Only cash is handed over in larger
pieces than needed and only cash gives change; all else pays exactly what it was offered for.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from types import MappingProxyType
from typing import NamedTuple

from commerce.checks import check_amount, check_int, check_text
from commerce.errors import InputError, ShortageError
from commerce.facts import Tender
from commerce.limits import CODE_MAX, POINTS_MAX, REFERENCE_MAX, TENDERS_MAX
from commerce.points import RedeemRule, check_redeem_rule, points_for, value_of

CASH = "cash"
STORED_VALUE = "stored_value"
POINTS = "points"
USES = "uses"
"""What card plans paid of covered lines: follows from the lines, nobody offers it."""
GIFT_CARD = "gift_card"
"""A card that whoever has it may spend; an offer's ``ref`` is its number, a tender's only the last of it."""

OWN_TENDERS = frozenset({CASH, STORED_VALUE, POINTS, USES, GIFT_CARD})
"""Tenders with rules of their own; a chain's external tenders may not take these names."""


class Offer(NamedTuple):
    """What the customer offers. ``amount``: cash as handed over; of any other tender what it shall pay. Minor units."""

    tender: str
    amount: int
    ref: str = ""


class Available(NamedTuple):
    """What the member may use in this branch now: stored value in minor units, points. All zero for a walk-in.

    ``gift_cards``: what each gift card shown holds here, by the number that was offered.
    """

    stored_value: int = 0
    points: int = 0
    gift_cards: Mapping[str, int] = MappingProxyType({})


class TenderRules(NamedTuple):
    """The chain's rules: its external tenders by name, what points are worth, and the largest change given.

    ``references``: external tenders that take a reference (a bank slip's last digits), and its fewest characters.
    ``drawer``: external tenders that open the drawer as cash does.
    """

    external: tuple[str, ...] = ()
    redeem: RedeemRule | None = None
    change_max: int = 100_000
    references: tuple[tuple[str, int], ...] = ()
    drawer: frozenset[str] = frozenset()

    def opens_drawer(self, tenders: Iterable[Tender]) -> bool:
        """Whether money of these tenders goes into the drawer or comes out of it."""
        return any(tender.tender == CASH or tender.tender in self.drawer for tender in tenders)


@dataclass(frozen=True, slots=True)
class Settled:
    """A total paid exactly. ``tenders`` in the order offered, their amounts sum to the total."""

    tenders: tuple[Tender, ...]
    stored_value: int  # to be taken from the member's lots
    points: int  # to be taken from the member's lots
    change: int  # handed back in cash
    gift_cards: tuple[tuple[str, int], ...] = ()  # (number, to be taken from its lots)


def check_tender_rules(rules: TenderRules) -> TenderRules:
    """Return rules whose names and figures are in bounds; else InputError. For editors of settings."""
    for name in rules.external:
        check_text(name, "tender", CODE_MAX, required=True)
        if name in OWN_TENDERS or ":" in name:
            raise InputError("bad_tender_name", tender=name)
    if len(set(rules.external)) != len(rules.external):
        raise InputError("duplicate_tender")
    if rules.redeem is not None:
        check_redeem_rule(rules.redeem)
    check_amount(rules.change_max, "change_max")
    for _, least in rules.references:
        check_int(least, "least", 1, REFERENCE_MAX)
    if not OWN_TENDERS.isdisjoint({*rules.drawer, *(name for name, _ in rules.references)}):
        raise InputError("bad_tender_name", tender=CASH)
    return rules


def settle(total: int, offers: Sequence[Offer], available: Available, rules: TenderRules) -> Settled:
    """Pay `total` by what is offered.

    ShortageError: ``underpaid`` (missing), ``stored_value_short``, ``points_short``, ``gift_card_short`` (wanted,
    available). InputError: ``overpaid``, ``cash_not_needed``, ``change_too_large``, ``unknown_tender``,
    ``duplicate_tender``, ``unknown_gift_card``, ``points_not_accepted``, ``points_below_least``,
    ``points_above_share``, ``points_not_exact``, ``bad_amount``, ``bad_reference``, ``too_many_tenders``.
    """
    check_amount(total, "total")
    cash_given, others = _sorted_out(offers, rules)
    points = 0
    for offer in others:
        if offer.tender == STORED_VALUE and offer.amount > available.stored_value:
            raise ShortageError("stored_value_short", wanted=offer.amount, available=available.stored_value)
        if offer.tender == GIFT_CARD:
            _check_gift_card(offer, available.gift_cards)
        if offer.tender == POINTS:
            points = _points(total, offer.amount, available.points, rules.redeem)
    rest = total - sum(offer.amount for offer in others)
    if rest < 0:
        raise InputError("overpaid", total=total, excess=-rest)
    if cash_given < rest:
        raise ShortageError("underpaid", total=total, missing=rest - cash_given)
    if cash_given and not rest:
        raise InputError("cash_not_needed", total=total)
    change = cash_given - rest
    if change > rules.change_max:
        raise InputError("change_too_large", change=change, limit=rules.change_max)
    return Settled(
        tenders=tuple(_tenders(offers, rest, cash_given, points)),
        stored_value=sum(offer.amount for offer in others if offer.tender == STORED_VALUE),
        points=points,
        change=change,
        gift_cards=tuple((offer.ref, offer.amount) for offer in others if offer.tender == GIFT_CARD),
    )


def _check_gift_card(offer: Offer, cards: Mapping[str, int]) -> None:
    """A card pays what it holds here and no more; InputError ``unknown_gift_card``, ShortageError."""
    if offer.ref not in cards:
        raise InputError("unknown_gift_card")
    if offer.amount > cards[offer.ref]:
        raise ShortageError("gift_card_short", wanted=offer.amount, available=cards[offer.ref])


def _sorted_out(offers: Sequence[Offer], rules: TenderRules) -> tuple[int, list[Offer]]:
    """Check each offer by itself; return the cash handed over in all, and the offers of other tenders."""
    if len(offers) > TENDERS_MAX:
        raise InputError("too_many_tenders", limit=TENDERS_MAX)
    cash_given = 0
    others: list[Offer] = []
    for offer in offers:
        known = offer.tender in OWN_TENDERS or offer.tender in rules.external
        if not known or offer.tender == USES:
            raise InputError("unknown_tender", tender=check_text(offer.tender, "tender", CODE_MAX))
        check_amount(offer.amount, "tender", low=1)
        check_text(offer.ref, "ref")
        _check_reference(offer, dict(rules.references).get(offer.tender, 0))
        if offer.tender == CASH:
            cash_given = check_amount(cash_given + offer.amount, "tender")
        elif offer.tender in OWN_TENDERS and any(_same(other, offer) for other in others):
            raise InputError("duplicate_tender", tender=offer.tender)
        else:
            others.append(offer)
    return cash_given, others


def _check_reference(offer: Offer, least: int) -> None:
    """A tender that takes a reference has one of letters, digits and hyphens; InputError ``bad_reference``."""
    plain = offer.ref.isascii() and offer.ref.replace("-", "").isalnum()
    if least and not (plain and least <= len(offer.ref) <= REFERENCE_MAX):
        raise InputError("bad_reference", tender=offer.tender, low=least, high=REFERENCE_MAX)


def _same(one: Offer, other: Offer) -> bool:
    """Whether two offers draw on the same purse: each gift card is one of its own."""
    return one.tender == other.tender and (one.tender != GIFT_CARD or one.ref == other.ref)


def masked(number: str) -> str:
    """Return what may be written down of a gift card's number: whoever knows all of it can spend it."""
    return f"*{number[-4:]}"


def _points(total: int, amount: int, available: int, rule: RedeemRule | None) -> int:
    """Return the whole points that pay exactly `amount` of `total`, within the chain's rule and the member's points."""
    if rule is None:
        raise InputError("points_not_accepted")
    most = total * rule.most_per_mille // 1000
    if amount > most:
        raise InputError("points_above_share", wanted=amount, most=most)
    points = check_int(points_for(amount, rule), "points", 1, POINTS_MAX)
    if value_of(points, rule) != amount:
        raise InputError(
            "points_not_exact", wanted=amount, below=value_of(points - 1, rule), above=value_of(points, rule)
        )
    if points < rule.least:
        raise InputError("points_below_least", points=points, least=rule.least)
    if points > available:
        raise ShortageError("points_short", wanted=points, available=available)
    return points


def _tenders(offers: Sequence[Offer], cash: int, cash_given: int, points: int) -> list[Tender]:
    """Write the tenders down in the order offered; cash handed over in several goes is one tender, at its first."""
    tenders: list[Tender] = []
    cash_refs = [offer.ref for offer in offers if offer.tender == CASH and offer.ref]
    for offer in offers:
        if offer.tender != CASH:
            ref = masked(offer.ref) if offer.tender == GIFT_CARD else offer.ref
            tenders.append(Tender(offer.tender, offer.amount, points if offer.tender == POINTS else 0, ref))
        elif not any(tender.tender == CASH for tender in tenders):
            tenders.append(Tender(CASH, cash, cash_given, cash_refs[0] if cash_refs else ""))
    return tenders
