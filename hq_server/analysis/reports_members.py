"""Members by what they do: recency, frequency and amount; tenths by spending; cohorts by month; who stays away.

A visit is a sale. Asked about one branch, all of it counts what was done in that branch only.
"""

from datetime import date, timedelta

import msgspec

from hq_server.analysis.reports_source import Source, Span, Value, within
from hq_server.storage.database import Connection

RECENCY = (30, 60, 90, 180)
"""Upper ends of the steps of recency, in days before the span's last; the last step is open."""
FREQUENCY = (1, 3, 6, 12)
"""Upper ends of the steps of frequency, in visits; the last step is open."""
LONG_DAYS = 92
"""From here on the index of days would be most of the table, in the wrong order."""
COHORT_MONTHS = 12
"""Months after the one of registration in which a cohort is looked for."""

_OF_DAYS = """
SELECT d.member AS member, max(CASE WHEN d.visits > 0 THEN d.day END) AS last_day, sum(d.visits) AS visits,
    sum(d.spent) AS spent, sum(d.topped_up) AS topped_up
FROM member_days d WHERE {where}
GROUP BY d.member HAVING sum(d.visits) > 0 AND d.member NOT IN (SELECT member FROM kin)
"""
"""Members who are nobody else's other name, from their days."""

_INSIDE = """
SELECT member, last_day, visits, spent, topped_up FROM member_totals
WHERE last_day >= ? AND from_day >= ? AND until_day <= ? AND visits > 0
"""
"""People all of whose days lie in the span: their totals, which an index holds in the order of last days."""

_ACROSS = """
SELECT t.member AS member, max(CASE WHEN d.visits > 0 THEN d.day END) AS last_day, sum(d.visits) AS visits,
    sum(d.spent) AS spent, sum(d.topped_up) AS topped_up
FROM member_totals t CROSS JOIN member_days d ON d.member = t.member
WHERE t.from_day <> '' AND (t.from_day < ? OR t.until_day > ?) AND t.until_day >= ? AND t.from_day <= ?
    AND t.member NOT IN (SELECT member FROM kin) AND {where}
GROUP BY t.member HAVING sum(d.visits) > 0
"""
"""Members with days inside and outside of it."""

_OF_KIN = """
SELECT k.root AS member, max(CASE WHEN d.visits > 0 THEN d.day END) AS last_day, sum(d.visits) AS visits,
    sum(d.spent) AS spent, sum(d.topped_up) AS topped_up
FROM kin k CROSS JOIN member_days d ON d.member = k.member WHERE {where}
GROUP BY k.root HAVING sum(d.visits) > 0
"""
"""Members who were merged, with who they are now: one person each."""

_NOT_INSIDE = """
AND NOT EXISTS (SELECT 1 FROM member_totals t WHERE t.member = k.root AND t.from_day >= ? AND t.until_day <= ?)
"""

_KIN = (
    "WITH kin AS MATERIALIZED ("
    "SELECT member, root FROM member_roots"
    " UNION SELECT root, root FROM member_roots WHERE root NOT IN (SELECT member FROM member_roots))"
)

_GRID = """
SELECT CAST(recency AS TEXT) AS recency, CAST(frequency AS TEXT) AS frequency, members, visits, spent FROM (
    SELECT {recency} AS recency, {frequency} AS frequency, sum(members) AS members, sum(all_visits) AS visits,
        sum(spent) AS spent
    FROM ({use}) GROUP BY 1, 2
)
"""

_ALIKE = """
SELECT last_day, visits, count(*) AS members, visits * count(*) AS all_visits, sum(spent) AS spent FROM ({arm})
GROUP BY last_day, visits
"""
"""Who last came on one day and as often: gathered by the index before anything is sorted."""

_MEMBERS = """
SELECT member, last_day, visits, spent, topped_up FROM ({use}){where}
"""
_DAYS = ", CAST(julianday('{last}') - julianday(last_day) AS INTEGER) AS days"

_BASE = 1 << 20
_MOST = 1 << 42
_SPENT = f"""
SELECT json_group_array(max(-{_MOST}, min(spent, {_MOST})) * {_BASE} + min(visits, {_BASE - 1})) FROM ({{use}})
"""  # noqa: S608  our own words
"""Both figures of all people, each one's in one number: quick to fetch and to sort. Nobody spends 44 billion."""

_TENTHS = """
SELECT column1 AS tenth, column2 AS members, column3 AS visits, column4 AS spent,
    column4 * 1000 / max(1, ?) AS share, column5 * 1000 / max(1, ?) AS up_to
FROM (VALUES {rows}) WHERE column1 > 0
"""

_DORMANT = """
SELECT u.member AS member, u.registered AS registered, u.last_day AS last_day, u.visits AS visits, u.spent AS spent
FROM {use} u WHERE u.last_day > '' AND u.last_day < ?
"""

_USE_OF_BRANCH = """(
SELECT u.*, coalesce(t.registered, '') AS registered FROM ({use}) u LEFT JOIN member_totals t ON t.member = u.member
)"""

_COHORTS = """
SELECT cohort, coalesce(sum(CASE month WHEN '' THEN members END), 0) AS members, {months}
FROM {cohorts} c GROUP BY cohort HAVING members > 0
"""

_AFTER = "coalesce(sum(CASE month WHEN {month} THEN members END), 0) AS m{n}"
_MONTH_AFTER = "strftime('%Y-%m', cohort || '-01', '+{n} months')"

_COHORTS_OF_BRANCH = """(
SELECT cohort, month, count(*) AS members FROM (
    SELECT substr(t.registered, 1, 7) AS cohort, '' AS month, t.member AS member
    FROM member_totals t WHERE {registered}
    UNION ALL
    SELECT DISTINCT substr(t.registered, 1, 7), substr(d.day, 1, 7), t.member
    FROM member_totals t CROSS JOIN member_days d ON d.member = t.member
    WHERE {registered} AND t.member NOT IN (SELECT root FROM member_roots) AND d.branch = t.home AND d.visits > 0
    UNION ALL
    SELECT DISTINCT substr(t.registered, 1, 7), substr(d.day, 1, 7), t.member
    FROM (SELECT member, root FROM member_roots UNION SELECT root, root FROM member_roots) k
        CROSS JOIN member_totals t ON t.member = k.root CROSS JOIN member_days d ON d.member = k.member
    WHERE {registered} AND d.branch = t.home AND d.visits > 0
) GROUP BY cohort, month
)"""

_REGISTERED = (
    "t.home = ? AND t.registered <> '' AND t.registered >= ? AND t.registered <= ?"
    " AND t.member NOT IN (SELECT member FROM member_roots)"
)


def _step(name: str, ends: tuple[int, ...]) -> str:
    """The number of the step, from 0, in which a figure lies."""
    cases = " ".join(f"WHEN {name} <= {end} THEN {n}" for n, end in enumerate(ends))
    return f"CASE {cases} ELSE {len(ends)} END"


def _steps(last: str) -> dict[str, str]:
    """The steps of both kinds as expressions; recency by days counted back from the span's last."""
    end = date.fromisoformat(last)
    since = [_minus(end, days) for days in RECENCY]
    cases = " ".join(f"WHEN last_day >= '{day}' THEN {n}" for n, day in enumerate(since))
    return {"recency": f"CASE {cases} ELSE {len(RECENCY)} END", "frequency": _step("visits", FREQUENCY)}


def _minus(day: date, days: int) -> str:
    """So many days before; the first day of all when there is none."""
    return (day - timedelta(days=days)).isoformat() if day.toordinal() > days else date.min.isoformat()


def _arms(span: Span) -> list[Source]:
    """What each person did, in SELECTs that exclude each other; ``_KIN`` has to stand before them.

    Of the whole chain over long spans most are told by their totals, and only who has days outside of the span by those
    within it; of one branch the days are read member by member, as the table lies, and those of short spans by the
    index of days.
    """
    where = within(span, table="d")
    is_long = (date.fromisoformat(span.last) - date.fromisoformat(span.first)).days > LONG_DAYS
    if is_long and not span.branch:
        ends = (span.first, span.last)
        return [
            Source(_INSIDE, (span.first, *ends)),
            Source(_ACROSS.format(where=where.sql), (*ends, *ends, *where.params)),
            Source(_OF_KIN.format(where=where.sql + _NOT_INSIDE), (*where.params, *ends)),
        ]
    days = where.sql.replace("d.day", "+d.day") if is_long else where.sql
    return [
        Source(_OF_DAYS.format(where=days), where.params),
        Source(_OF_KIN.format(where=where.sql), where.params),
    ]


def _joined(arms: list[Source], form: str = "{arm}") -> Source:
    """All arms, each in a form."""
    sql = "\nUNION ALL\n".join(form.format(arm=arm.sql) for arm in arms)
    return Source(f"{_KIN}\n{sql}", tuple(value for arm in arms for value in arm.params))


def grid(span: Span) -> Source:
    """Who came within the span, by steps of ``RECENCY`` and ``FREQUENCY``: members, visits, money spent."""
    use = _joined(_arms(span), _ALIKE)
    return Source(_GRID.format(use=use.sql, **_steps(span.last)), use.params)


def members(span: Span, recency: int | None = None, frequency: int | None = None) -> Source:
    """Members who came within the span, one row each; of one cell of the grid or of all."""
    use, steps = _joined(_arms(span)), _steps(span.last)
    wanted = [
        (steps[name], step) for name, step in (("recency", recency), ("frequency", frequency)) if step is not None
    ]
    where = " WHERE " + " AND ".join(f"{step} = ?" for step, _ in wanted) if wanted else ""
    sql = _MEMBERS.format(use=use.sql, where=where)
    late = _DAYS.format(last=date.fromisoformat(span.last).isoformat())
    return Source(sql, (*use.params, *(step for _, step in wanted)), late)


def tenths(conn: Connection, span: Span) -> Source:
    """Members who came within the span in ten equal parts, the biggest spenders first: 1 and 2 are the top 20 %.

    Who spent the same stands by visits. ``share``: of what all of them spent, in thousandths; ``up_to``: of this part
    and those before it together. Read and sorted here: the ten rows are what the source tells.
    """
    use = _joined(_arms(span))
    (told,) = conn.execute(_SPENT.format(use=use.sql), use.params).fetchone()
    people = sorted(msgspec.json.decode(told, type=list[int]), reverse=True)
    size, bigger = divmod(len(people), 10)
    rows: list[Value] = []
    begin = up_to = 0
    for n in range(10 if size else bigger):
        part = people[begin : begin + size + (n < bigger)]
        visits = sum(both & _BASE - 1 for both in part)
        spent = (sum(part) - visits) // _BASE
        up_to += spent
        rows += [n + 1, len(part), visits, spent, up_to]
        begin += len(part)
    lines = ", ".join(["(?, ?, ?, ?, ?)"] * (len(rows) // 5)) or "(0, 0, 0, 0, 0)"
    return Source(_TENTHS.format(rows=lines), (up_to, up_to, *rows))


def dormant(since: str, branch: str = "") -> Source:
    """Members who have bought before a day and not since; of one branch: in that branch."""
    if not branch:
        return Source(_DORMANT.format(use="member_totals"), (since,))
    at = "d.branch = ?"
    use = _joined([Source(_OF_DAYS.format(where=at), (branch,)), Source(_OF_KIN.format(where=at), (branch,))])
    return Source(_DORMANT.format(use=_USE_OF_BRANCH.format(use=use.sql)), (*use.params, since))


def cohorts(first_month: str, last_month: str, branch: str = "") -> Source:
    """Who registered in a month ('YYYY-MM'), and how many of them bought in it (m0) and in each of the next twelve.

    A month in which nobody came is 0; months that have not begun are the reader's to leave empty. Of one branch: who
    registered there and bought there.
    """
    after = ((n, _MONTH_AFTER.format(n=n)) for n in range(COHORT_MONTHS + 1))
    months = ", ".join(_AFTER.format(month=month, n=n) for n, month in after)
    if not branch:
        sql = "(SELECT cohort, month, members FROM cohort_months WHERE cohort BETWEEN ? AND ?)"
        return Source(_COHORTS.format(months=months, cohorts=sql), (first_month, last_month))
    asked: tuple[Value, ...] = (branch, f"{first_month}-01", f"{last_month}-31")
    came = _COHORTS_OF_BRANCH.format(registered=_REGISTERED)
    return Source(_COHORTS.format(months=months, cohorts=came), (*asked, *asked, *asked))
