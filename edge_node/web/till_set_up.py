"""What a screen needs to know once, when it starts or when a notice ``reference`` comes: how this till works."""

from typing import Literal

import msgspec

from commerce.reference import branch_feed
from edge_node.ledger.member_settings import MemberInput
from edge_node.ledger.paper_settings import PrintMode
from edge_node.ledger.price_book import QUICK_ITEM
from edge_node.ledger.settings import Settings
from edge_node.web.work import Work, read
from foundation.http_api.route import Call
from foundation.http_api.show import show


class TillTender(msgspec.Struct, frozen=True):
    """An external tender. ``name`` "": the screen's own word, or the code. ``provider`` "": paid beside the till.

    ``reference``: fewest characters of the reference that it takes (a slip's last digits), 0: it needs none.
    """

    code: str
    name: str
    provider: str
    reference: int


class PointsRedeem(msgspec.Struct, frozen=True):
    """``num`` minor units for ``den`` points; at least ``least`` points, at most that share of a total."""

    num: int
    den: int
    least: int
    most_per_mille: int


class TillField(msgspec.Struct, frozen=True):
    """A field that the chain added to members' profiles, under the key ``x_<name>``."""

    name: str
    label: str
    kind: Literal["text", "number", "date", "choice"]
    choices: list[str]
    required: bool


class TillSetUp(msgspec.Struct, frozen=True):
    """How this till works. ``tenders``: the external ones; cash, stored value and points are always there.

    ``order_mode``: begin with the product grid. ``points_redeem`` null: points pay nothing. ``shortcuts``: command →
    key (`F7`, `Space`, `*`), beside the built-in map. ``fixed_amounts``: quick sales on one touch, minor
    units. ``idle_pictures``: hashes under ``/pictures``. ``training``: nothing here is real. ``privacy_version`` "": no
    consent is asked for. ``card_ranges``: this branch may issue card numbers. ``member_input``: how members are named,
    and whether a shift lead may let somebody type; ``print_…``: whether papers are printed by themselves.
    """

    till: str
    branch: str
    branch_name: str
    chain_name: str
    standalone: bool
    version: str
    order_mode: bool
    tenders: list[TillTender]
    points_redeem: PointsRedeem | None
    change_to_balance: bool
    privacy_version: str
    privacy_text: str
    custom_fields: list[TillField]
    shortcuts: dict[str, str]
    attendant_required: bool
    fixed_amounts: list[int]
    walk_in_allowed: bool
    walk_in_default: bool
    member_input: MemberInput
    member_input_override: bool
    print_sale: PrintMode
    print_top_up: PrintMode
    print_refund: PrintMode
    speech: bool
    idle_pictures: list[str]
    training: bool
    card_ranges: bool


class Category(msgspec.Struct, frozen=True):
    """A category of what is sold now, how many products it has, and below which one it stands ("": at the top)."""

    name: str
    items: int
    parent: str


class Categories(msgspec.Struct, frozen=True):
    """All of them, each before those below it: those that the shop put first, those with a place, the others by name.

    One that has no products of its own is there for those below it.
    Products without a category are found by search, or leafing through all.
    """

    categories: list[Category]


class Attendant(msgspec.Struct, frozen=True):
    """Somebody who may be named on a line."""

    number: str
    name: str


class Attendants(msgspec.Struct, frozen=True):
    """Who works in this branch now, by number."""

    attendants: list[Attendant]


def _till(work: Work, call: Call) -> TillSetUp:
    book, node = work.book, work.node
    rules, how, here = book.settings, book.settings.till, book.directory.get(node.branch)
    shop, redeem = rules.papers.shop_name, rules.tenders.redeem
    return TillSetUp(
        till=call.user.at,
        branch=node.branch,
        branch_name=here.name if here else shop,
        chain_name=shop,
        standalone=node.standalone,
        version=work.deps.version,
        order_mode=how.order_mode,
        tenders=[_tender(rules, code) for code in rules.tenders.external],
        points_redeem=show(redeem, PointsRedeem) if redeem else None,
        change_to_balance=how.change_to_balance,
        privacy_version=how.privacy_terms.version,
        privacy_text=how.privacy_terms.text,
        custom_fields=[show(row, TillField) for row in how.custom_fields if row.shown],
        shortcuts=dict(how.shortcuts),
        attendant_required=how.attendant_required,
        fixed_amounts=list(how.fixed_amounts),
        walk_in_allowed=how.walk_in_allowed,
        walk_in_default=how.walk_in_default,
        member_input=rules.members.member_input,
        member_input_override=rules.members.member_input_override,
        print_sale=rules.papers.print_sale,
        print_top_up=rules.papers.print_top_up,
        print_refund=rules.papers.print_refund,
        speech=how.speech,
        idle_pictures=list(how.idle_pictures),
        training=work.deps.training,
        card_ranges=_has_card_range(work),
    )


def _tender(rules: Settings, code: str) -> TillTender:
    """One external tender; what a provider takes has the provider's own reference."""
    provider = rules.till.provider(code)
    least = 0 if provider else dict(rules.tenders.references).get(code, 0)
    return TillTender(code, dict(rules.till.tender_names).get(code, ""), provider, least)


def _has_card_range(work: Work) -> bool:
    feed, key = branch_feed(work.node.branch), f"card_range:{work.node.branch}"
    return work.conn.execute("SELECT 1 FROM reference WHERE feed = ? AND key = ?", (feed, key)).fetchone() is not None


def _categories(work: Work, call: Call) -> Categories:
    _ = call
    found: dict[str, int] = {}
    for row in work.book.catalogue:
        if row.active and row.category and row.item != QUICK_ITEM:
            found[row.category] = found.get(row.category, 0) + 1
    tree = work.book.categories
    names = tree.ordered(found, work.book.settings.till.category_order)
    return Categories([Category(name, found.get(name, 0), tree.row(name).parent) for name in names])


def _attendants(work: Work, call: Call) -> Attendants:
    _ = call
    return Attendants([show(row, Attendant) for _, row in sorted(work.book.staff.items()) if row.active])


ROUTES = (
    read("/till", "tillSetUp", "How this till works", TillSetUp, _till),
    read("/categories", "listCategories", "Categories of what is sold", Categories, _categories),
    read("/attendants", "listAttendants", "Who may be named on a line", Attendants, _attendants),
)
