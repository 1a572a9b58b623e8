"""The trial balance and what is owed to members, from totals down to single lots."""

from collections.abc import Callable, Iterable
from dataclasses import replace
from operator import attrgetter
from typing import Annotated, Any, cast

import msgspec

from commerce.lots import BONUS
from commerce.moves import MONEY, MONEY_ASSETS
from foundation.http_api.route import Id
from hq_server.analysis import liability, trial_balance
from hq_server.head_office import entities
from hq_server.head_office.values import day as checked_day
from hq_server.ledger.lot_sums import OWED
from hq_server.storage.database import Connection
from hq_server.web.office.listing import Column, Cut, Found, Kind, Listing, ListQuery
from hq_server.web.office.work import SEE

Asset = Annotated[str, msgspec.Meta(pattern=r"^[a-z_]{1,16}(:[^\s]{1,64})?$")]
Day = Annotated[str, msgspec.Meta(pattern=r"^([0-9]{4}-[0-9]{2}-[0-9]{2})?$")]
Issuer = Annotated[str, msgspec.Meta(pattern=r"^(HQ|[a-z0-9-]{1,16})$")]
_MONEY = MONEY_ASSETS | {MONEY, BONUS}
"""What is counted in minor units of money; all else in pieces."""
Account = Annotated[str, msgspec.Meta(pattern=r"^[a-z_]{1,32}$")]


class BalanceLine(msgspec.Struct, frozen=True):
    """One class of accounts: its debit or credit in a unit; ``asset`` of lots; ``parts``: how many are not at zero.

    In a file money and pieces stand in columns of their own.
    """

    unit: str
    account: str
    asset: str
    debit: int
    credit: int
    parts: int
    debit_money: int | None
    credit_money: int | None
    debit_pieces: int | None
    credit_pieces: int | None


class AccountLine(msgspec.Struct, frozen=True):
    """One account of a class. ``entity``: its branch, where it has one; ``detail``: what else its name tells."""

    account: str
    entity: str
    entity_name: str
    detail: str
    amount: int


class IssuerLine(msgspec.Struct, frozen=True):
    """What one branch owes in one asset, and in how many lots."""

    issuer: str
    issuer_name: str
    owed: int
    lots: int


class LotLine(msgspec.Struct, frozen=True):
    """One lot: ``owed`` is what its owner may still use, ``used`` the rest of what was issued."""

    lot: Id
    owner: str
    owner_kind: str
    owner_name: str
    asset: str
    issuer: str
    opened_on: str
    expires_on: str
    issued: int
    used: int
    owed: int


class AgeLine(msgspec.Struct, frozen=True):
    """What one branch owes in one asset, by age in days."""

    issuer: str
    issuer_name: str
    to_30: int
    to_90: int
    to_180: int
    to_365: int
    older: int
    owed: int
    lots: int


class HolderLine(msgspec.Struct, frozen=True):
    """Rights of `issuer`'s lots that lie at `holder`; see ``analysis.liability``. ``place``: names the line."""

    place: str
    issuer: str
    issuer_name: str
    holder: str
    holder_name: str
    state: str
    amount: int


class BalanceQuery(ListQuery, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """Nothing to choose."""


class AccountQuery(ListQuery, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """One class of accounts in one unit."""

    account: Account = "cash"
    unit: Asset = "money"


class AssetQuery(ListQuery, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """One asset."""

    asset: Asset = "principal"


class AgeQuery(AssetQuery, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """One asset; ``day``: on which ages are counted, today's business date as the reader's screen has it."""

    day: Annotated[str, msgspec.Meta(pattern=r"^[0-9]{4}-[0-9]{2}-[0-9]{2}$")]


class LotQuery(ListQuery, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """Lots of one asset and issuer that are not at zero, opened between two days; ``spent_too``: also those at zero."""

    asset: Asset = "principal"
    issuer: Issuer
    opened_from: Day = ""
    opened_to: Day = ""
    spent_too: bool = False


def find_balance(conn: Connection, query: BalanceQuery, at: str, cut: Cut) -> Found[BalanceLine]:
    """The whole trial balance; it is short. ``sums``: per unit ``<unit>``, zero unless the books are broken."""
    del query, at, cut
    lines = trial_balance.trial_balance(conn)
    rows = [_line(each) for each in lines]
    return Found(rows, "", trial_balance.sums(lines))


def _line(each: trial_balance.Line) -> BalanceLine:
    debit, credit = max(each.amount, 0), max(-each.amount, 0)
    sides = (debit, credit, None, None) if each.unit in _MONEY else (None, None, debit, credit)
    return BalanceLine(each.unit, each.account, each.asset, debit, credit, each.parts, *sides)


def find_accounts(conn: Connection, query: AccountQuery, at: str, cut: Cut) -> Found[AccountLine]:
    """The accounts of a class, by name."""
    del at
    logs = {
        incarnation.hex(): branch
        for incarnation, branch in conn.execute("SELECT incarnation, branch FROM incarnations")
    }

    names = entities.names(conn)

    def make(account: str, amount: int) -> AccountLine:
        _, _, name = account.partition(":")
        entity, _, detail = name.partition(":")
        if query.account == "exposure":
            entity, detail = logs.get(name, ""), name
        elif query.account == "receivable":
            entity, detail = "", name
        return AccountLine(account, entity, names.get(entity, entity), detail, amount)

    where = ["unit = ?", "amount <> 0", "(account = ? OR account >= ? AND account < ?)"]
    params = [query.unit, query.account, f"{query.account}:", f"{query.account};"]
    found = cut.fetch(conn, select="account, amount", tables="balances", where=where, params=params, make=make)
    total = conn.execute(f"SELECT coalesce(sum(amount), 0) FROM balances WHERE {' AND '.join(where)}", params)  # noqa: S608
    return Found(found.rows, found.after, {"amount": total.fetchone()[0]})


def find_issuers(conn: Connection, query: AssetQuery, at: str, cut: Cut) -> Found[IssuerLine]:
    """Who owes how much in an asset: at most as many lines as branches."""
    del at
    found = trial_balance.issuers(conn, query.asset)
    names = entities.names(conn)
    rows = [IssuerLine(each.issuer, names.get(each.issuer, each.issuer), *each[1:]) for each in found if each.lots]
    return Found(
        _in_order(rows, cut), "", {"owed": sum(row.owed for row in rows), "lots": sum(row.lots for row in rows)}
    )


def find_ages(conn: Connection, query: AgeQuery, at: str, cut: Cut) -> Found[AgeLine]:
    """Liability by branch and age."""
    del at
    called = entities.names(conn)
    found = liability.by_age(conn, query.asset, checked_day(query.day, "day"))
    rows = [AgeLine(each.issuer, called.get(each.issuer, each.issuer), *each[2:]) for each in found]
    names = ("to_30", "to_90", "to_180", "to_365", "older", "owed", "lots")
    return Found(_in_order(rows, cut), "", {name: sum(getattr(row, name) for row in rows) for name in names})


def find_holders(conn: Connection, query: AssetQuery, at: str, cut: Cut) -> Found[HolderLine]:
    """Where the rights to an asset lie."""
    del at
    found = liability.holders(conn, query.asset)
    names = entities.names(conn)
    rows = [
        HolderLine(
            f"{issuer} {holder} {state}",
            issuer,
            names.get(issuer, issuer),
            holder,
            names.get(holder, holder),
            state,
            amount,
        )
        for issuer, holder, state, amount in found
    ]
    return Found(_in_order(rows, cut), "", {"amount": sum(row.amount for row in rows)})


def find_lots(conn: Connection, query: LotQuery, at: str, cut: Cut) -> Found[LotLine]:
    """The lots behind a total; ``sums`` tells what they all owe."""
    del at
    where, params = ["l.asset = ?", "l.issuer = ?"], [query.asset, query.issuer]
    for condition, value in (
        ("l.opened_on >= ?", query.opened_from),
        ("l.opened_on <= ?", query.opened_to),
    ):
        if value:
            where.append(condition)
            params.append(value)
    if not query.spent_too:
        where.append(f"{OWED} <> 0")
    found = cut.fetch(
        conn,
        select="l.lot, l.owner, l.owner_kind, coalesce(m.masked_name, ''), l.asset, l.issuer, l.opened_on,"
        f" l.expires_on, l.issued + l.exposure, {OWED}",
        tables="lots l LEFT JOIN members m ON m.member = l.owner",
        where=where,
        params=params,
        make=_lot,
    )
    total = conn.execute(
        f"SELECT coalesce(sum({OWED}), 0) FROM lots l WHERE {' AND '.join(where)}",  # noqa: S608
        params,
    )
    return Found(found.rows, found.after, {"owed": total.fetchone()[0]})


def _lot(lot: bytes, owner: bytes, *rest: Any) -> LotLine:  # noqa: ANN401  a database row
    """Make a line of it."""
    kind, name, asset, issuer, opened_on, expires_on, issued, owed = rest
    used = issued - owed
    return LotLine(lot.hex(), owner.hex(), kind, name, asset, issuer, opened_on, expires_on, issued, used, owed)


def _in_order(rows: Iterable[Any], cut: Cut) -> list[Any]:
    """Sort a list that is told as a whole; what its columns are sorted by are its rows' own fields."""
    return sorted(rows, key=attrgetter(cut.by, cut.key), reverse=cut.down)


def _columns(*columns: str) -> tuple[Column, ...]:
    """Make columns of "name kind"; each is sorted by itself, a name by what it names."""
    parted = [column.split() for column in columns]
    return tuple(Column(name, cast(Kind, kind), name.removesuffix("_name")) for name, kind in parted)


def _by_asset(columns: tuple[Column, ...]) -> Callable[[Any], tuple[Column, ...]]:
    """Say what `columns` hold when an asset (or unit) is asked for: money, or pieces."""

    def columns_of(query: AssetQuery | AccountQuery | LotQuery) -> tuple[Column, ...]:
        asked = query.unit if isinstance(query, AccountQuery) else query.asset
        if asked in _MONEY:
            return columns
        return tuple(replace(column, kind="count") if column.kind == "money" else column for column in columns)

    return columns_of


BALANCE = Listing(
    "GET /trial-balance",
    "listTrialBalance",
    "The trial balance: each unit sums to zero",
    row=BalanceLine,
    query=BalanceQuery,
    columns=(
        Column("unit", "code", "unit"),
        Column("account", "code"),
        Column("asset", "code"),
        Column("debit_money", "money"),
        Column("credit_money", "money"),
        Column("debit_pieces", "count"),
        Column("credit_pieces", "count"),
        Column("parts", "count"),
    ),
    find=find_balance,
    key="account",
    order="unit",
    roles=SEE,
)
_ACCOUNTS = (
    Column("account", "text", "account"),
    Column("entity_name", "code"),
    Column("detail", "text"),
    Column("amount", "money", "amount"),
)
ACCOUNTS = Listing(
    "GET /trial-balance/accounts",
    "listAccounts",
    "The accounts of one class",
    row=AccountLine,
    query=AccountQuery,
    columns=_ACCOUNTS,
    find=find_accounts,
    key="account",
    order="account",
    roles=SEE,
    columns_of=_by_asset(_ACCOUNTS),
)
_ISSUERS = _columns("issuer_name code", "owed money", "lots count")
ISSUERS = Listing(
    "GET /trial-balance/issuers",
    "listIssuers",
    "What each branch owes in one asset",
    row=IssuerLine,
    query=AssetQuery,
    columns=_ISSUERS,
    find=find_issuers,
    key="issuer",
    order="issuer_name",
    roles=SEE,
    columns_of=_by_asset(_ISSUERS),
)
_LOTS = (
    Column("opened_on", "day", "l.opened_on"),
    Column("owner_name", "text"),
    Column("owner_kind", "code"),
    Column("expires_on", "day"),
    Column("issued", "money"),
    Column("used", "money"),
    Column("owed", "money"),
    Column("lot", "id"),
)
LOTS = Listing(
    "GET /lots",
    "listLots",
    "Lots of one asset",
    row=LotLine,
    query=LotQuery,
    columns=_LOTS,
    find=find_lots,
    key="l.lot",
    order="opened_on",
    roles=SEE,
    slow=True,
    columns_of=_by_asset(_LOTS),
)
_AGES = _columns(
    "issuer_name code",
    "to_30 money",
    "to_90 money",
    "to_180 money",
    "to_365 money",
    "older money",
    "owed money",
    "lots count",
)
AGES = Listing(
    "GET /liability",
    "listLiability",
    "What is owed to members, by branch and age",
    row=AgeLine,
    query=AgeQuery,
    columns=_AGES,
    find=find_ages,
    key="issuer",
    order="issuer_name",
    roles=SEE,
    columns_of=_by_asset(_AGES),
)
_HOLDERS = _columns("issuer_name code", "holder_name code", "state code", "amount money")
HOLDERS = Listing(
    "GET /liability/holders",
    "listHolders",
    "Where the rights to an asset lie",
    row=HolderLine,
    query=AssetQuery,
    columns=_HOLDERS,
    find=find_holders,
    key="place",
    order="issuer_name",
    roles=SEE,
    columns_of=_by_asset(_HOLDERS),
)

ROUTES = ()
LISTINGS = (BALANCE, ACCOUNTS, ISSUERS, LOTS, AGES, HOLDERS)
