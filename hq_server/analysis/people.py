"""What members are in the read models: totals of each person, and counters of who comes back by month of registration.

Days (``member_days``) stand under the id a fact named. Totals and cohorts are of people: a member who was merged into
another counts with the other from the merge's fact on, and by itself again when it is undone. Everything here is a
function of the facts followed so far, however they were cut into chunks: first everything is added under the merges as
they stood before the chunk, then the families that the chunk changes are added up anew from their days.
"""

from collections.abc import Iterable, Mapping
from types import MappingProxyType
from typing import Any, NamedTuple

from hq_server.analysis.rows import MEMBERS, MemberTotal, Rows
from hq_server.storage.bulk import blob, select_in
from hq_server.storage.database import Connection

TABLES: Mapping[str, tuple[str, ...]] = MappingProxyType(
    {
        "member_totals": ("member", "registered", "home", *MemberTotal._fields),
        "member_roots": ("member", "root"),
        "cohort_months": ("cohort", "month", "members"),
    }
)
"""What is kept of people → its columns."""

_TOTAL = """
INSERT INTO {schema}.member_totals (member, registered, home, from_day, until_day, first_day, last_day, visits, spent,
    topped_up) VALUES (?1,'','',?2,?3,?4,?5,?6,?7,?8)
ON CONFLICT (member) DO UPDATE SET
    from_day = CASE WHEN from_day = '' OR (?2 <> '' AND ?2 < from_day) THEN ?2 ELSE from_day END,
    until_day = max(until_day, ?3),
    first_day = CASE WHEN first_day = '' OR (?4 <> '' AND ?4 < first_day) THEN ?4 ELSE first_day END,
    last_day = max(last_day, ?5), visits = visits + ?6, spent = spent + ?7, topped_up = topped_up + ?8
"""
_REGISTERED = """
INSERT INTO {schema}.member_totals (member, registered, home, from_day, until_day, first_day, last_day, visits, spent,
    topped_up) VALUES (?,?,?,'','','','',0,0,0)
ON CONFLICT (member) DO UPDATE SET registered = excluded.registered, home = excluded.home WHERE registered = ''
"""
_ANEW = """
UPDATE {schema}.member_totals SET (from_day, until_day, first_day, last_day, visits, spent, topped_up) = (
    SELECT coalesce(min(day), ''), coalesce(max(day), ''), coalesce(min(CASE WHEN visits > 0 THEN day END), ''),
        coalesce(max(CASE WHEN visits > 0 THEN day END), ''), coalesce(sum(visits), 0), coalesce(sum(spent), 0),
        coalesce(sum(topped_up), 0)
    FROM {schema}.member_days WHERE member IN ({family})
) WHERE member = ?1
"""
_NOTHING = "DELETE FROM {schema}.member_totals WHERE member = ?1 AND registered = '' AND from_day = ''"
_FAMILY = """
SELECT ?1 WHERE ?1 NOT IN (SELECT member FROM {schema}.member_roots)
UNION SELECT member FROM {schema}.member_roots WHERE root = ?1
"""
_COUNT = """
INSERT INTO {schema}.cohort_months (cohort, month, members) VALUES (?,?,?)
ON CONFLICT (cohort, month) DO UPDATE SET members = members + excluded.members
"""
_MONTHS = """
SELECT DISTINCT substr(day, 1, 7) FROM {schema}.member_days WHERE visits > 0 AND member IN ({family})
"""
_CAME = """
SELECT 1 FROM {schema}.member_days WHERE member = ? AND day BETWEEN ? || '-01' AND ? || '-31' AND visits > 0 LIMIT 1
"""
_MONTH = len("2026-11")


class Known(NamedTuple):
    """What stands of a member before a chunk; days "" when there was no sale."""

    registered: str = ""
    first_day: str = ""
    last_day: str = ""


class People:
    """Adds a chunk to the tables of one schema: ``before`` its days are written, and ``after``."""

    def __init__(self, conn: Connection, rows: Rows, schema: str) -> None:
        self._conn, self._rows, self._schema = conn, rows, schema
        self._counts: dict[tuple[str, str], int] = {}
        self._affected: set[bytes] = set()

    def before(self) -> None:
        """See what the chunk will change, while the days before it stand alone."""
        rows = self._rows
        touched = {*rows.members, *rows.registered}
        changed = {*rows.aliases, *(root for root in rows.aliases.values() if root)}
        roots, kin = self._families(touched | changed)
        self._affected = changed | (touched & kin)
        self._affected |= {roots[member] for member in self._affected if member in roots}
        for member in self._affected:
            self._count_family(member, -1)
        self._count_others(touched - self._affected)

    def after(self) -> None:
        """Add totals, take merges, and add up anew whom they touch."""
        rows = self._rows
        self._many(_TOTAL, [(blob(member), *rows.members[member]) for member in sorted(rows.members)])
        self._many(_REGISTERED, [(blob(member), *rows.registered[member]) for member in sorted(rows.registered)])
        for member, root in sorted(rows.aliases.items()):
            self._execute("DELETE FROM {schema}.member_roots WHERE member = ?1", member)
            if root and root != member:
                self._execute("INSERT INTO {schema}.member_roots VALUES (?1, ?2)", member, root)
        for member in sorted(self._affected):
            self._execute(_REGISTERED, member, "", "")  # a row to stand in
            self._execute(_ANEW, member)
            self._execute(_NOTHING, member)
            self._count_family(member, 1)
        self._many(_COUNT, [(*key, count) for key, count in sorted(self._counts.items()) if count])
        if self._affected:
            self._execute("DELETE FROM {schema}.cohort_months WHERE members = 0")

    def _families(self, members: set[bytes]) -> tuple[dict[bytes, bytes], set[bytes]]:
        """Of some members: who those are that were merged, and which of them belong to any family."""
        if self._execute("SELECT 1 FROM {schema}.member_roots LIMIT 1").fetchone() is None:
            return {}, set()  # most chains have merged nobody
        sql = f"SELECT member, root FROM {self._schema}.member_roots WHERE "  # noqa: S608  our own words
        roots = dict(select_in(self._conn, sql + "member IN ({})", members))
        heads = {root for _, root in select_in(self._conn, sql + "root IN ({})", members)}
        return roots, {*roots, *heads}

    def _count_family(self, member: bytes, sign: int) -> None:
        """Count a person, with all that was merged into it, as the tables stand; who is another now is nobody."""
        row = self._execute("SELECT registered FROM {schema}.member_totals WHERE member = ?1", member).fetchone()
        merged = self._execute("SELECT 1 FROM {schema}.member_roots WHERE member = ?1", member).fetchone()
        if row is None or not row[0] or merged is not None:
            return
        for month in ("", *(month for (month,) in self._execute(_MONTHS, member).fetchall())):
            self._count(row[0], month, sign)

    def _count_others(self, members: set[bytes]) -> None:
        """Count months in which members, who belong to no family, come for the first time."""
        rows = self._rows
        months: dict[bytes, set[str]] = {}
        for (member, day, _), figures in rows.sums[MEMBERS.name].items():
            if figures[0] > 0 and member in members:
                months.setdefault(member, set()).add(day[:_MONTH])  # type: ignore[arg-type,index]  # as MEMBERS.keys
        sql = f"SELECT member, registered, first_day, last_day FROM {self._schema}.member_totals WHERE member IN ({{}})"  # noqa: S608
        known = {row[0]: Known(*row[1:]) for row in select_in(self._conn, sql, members)}
        for member in members:
            old = known.get(member, Known())
            came = months.get(member, set())
            if old.registered:
                cohort = old.registered
                new = {month for month in came if not self._came(member, month, old)}
            elif member in rows.registered:
                cohort = rows.registered[member][0]
                there = self._execute(_MONTHS, member).fetchall() if old.first_day else ()
                new = {"", *came, *(month for (month,) in there)}
            else:
                continue
            for month in new:
                self._count(cohort, month, 1)

    def _came(self, member: bytes, month: str, old: Known) -> bool:
        """Whether a member came in a month already; mostly told by the first and the last day."""
        first, last = old.first_day[:_MONTH], old.last_day[:_MONTH]
        if month in {first, last}:
            return True
        return first < month < last and self._execute(_CAME, member, month, month).fetchone() is not None

    def _count(self, registered: str, month: str, sign: int) -> None:
        key = (registered[:_MONTH], month)
        self._counts[key] = self._counts.get(key, 0) + sign

    def _execute(self, sql: str, *values: object) -> Any:  # noqa: ANN401  a cursor of the driver
        family = _FAMILY.format(schema=self._schema)
        return self._conn.execute(sql.format(schema=self._schema, family=family), values)

    def _many(self, sql: str, values: Iterable[tuple[object, ...]]) -> None:
        self._conn.executemany(sql.format(schema=self._schema), values)
