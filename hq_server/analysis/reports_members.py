"""Members by what they do: recency, frequency and amount; tenths by spending; cohorts by month; who stays away.

A visit is a sale. Asked about one branch, all of it counts what was done in that branch only.
"""

from datetime import date, timedelta

from hq_server.analysis.reports_source import Source, Span, Value, within

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
FROM member_days d WHERE d.member NOT IN (SELECT member FROM kin) AND {where}
GROUP BY d.member HAVING sum(d.visits) > 0
"""
"""Members who are nobody else's other name, from their days."""

_INSIDE = """
SELECT member, last_day, visits, spent, topped_up FROM member_totals
WHERE from_day >= ? AND until_day <= ? AND visits > 0 AND member NOT IN (SELECT member FROM kin)
"""
"""Members all of whose days lie in the span: their totals."""

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

_KIN = (
    "WITH kin AS MATERIALIZED ("
    "SELECT member, root FROM member_roots"
    " UNION SELECT root, root FROM member_roots WHERE root NOT IN (SELECT member FROM member_roots))"
)

_GRID = """
SELECT CAST(recency AS TEXT) AS recency, CAST(frequency AS TEXT) AS frequency, members, visits, spent FROM (
    SELECT recency, frequency, count(*) AS members, sum(visits) AS visits, sum(spent) AS spent
    FROM (SELECT {recency} AS recency, {frequency} AS frequency, visits, spent FROM ({use})) GROUP BY 1, 2
)
"""

_MEMBERS = """
SELECT member, last_day, CAST(julianday(?) - julianday(last_day) AS INTEGER) AS days, visits, spent, topped_up
FROM ({use}){where}
"""

_TENTHS = """
SELECT tenth, members, visits, spent, spent * 1000 / max(1, sum(spent) OVER ()) AS share,
    sum(spent) OVER (ORDER BY tenth) * 1000 / max(1, sum(spent) OVER ()) AS up_to
FROM (
    SELECT tenth, count(*) AS members, sum(visits) AS visits, sum(spent) AS spent
    FROM (SELECT visits, spent, ntile(10) OVER (ORDER BY spent DESC, member) AS tenth FROM ({use})) GROUP BY tenth
)
"""

_DORMANT = """
SELECT u.member AS member, coalesce(m.masked_name, '') AS name, coalesce(m.tier, '') AS tier,
    u.registered AS registered, u.last_day AS last_day, u.visits AS visits, u.spent AS spent
FROM {use} u LEFT JOIN members m ON m.member = u.member
WHERE u.last_day > '' AND u.last_day < ?
"""

_USE_OF_BRANCH = """(
{kin}
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


def _use(span: Span) -> Source:
    """What each member did, one row a person.

    Of the whole chain over long spans most are told by their totals, and only who has days outside of the span by those
    within it; of one branch the days are read member by member, as the table lies, and those of short spans by the
    index of days.
    """
    where = within(span, table="d")
    is_long = (date.fromisoformat(span.last) - date.fromisoformat(span.first)).days > LONG_DAYS
    if is_long and not span.branch:
        ends = (span.first, span.last)
        arms = [(_INSIDE, ends), (_ACROSS.format(where=where.sql), (*ends, *ends, *where.params))]
    else:
        days = where.sql.replace("d.day", "+d.day") if is_long else where.sql
        arms = [(_OF_DAYS.format(where=days), where.params)]
    arms.append((_OF_KIN.format(where=where.sql), where.params))
    return Source(
        f"{_KIN}\n" + "UNION ALL".join(sql for sql, _ in arms), tuple(value for _, values in arms for value in values)
    )


def grid(span: Span) -> Source:
    """Who came within the span, by steps of ``RECENCY`` and ``FREQUENCY``: members, visits, money spent."""
    use = _use(span)
    return Source(_GRID.format(use=use.sql, **_steps(span.last)), use.params)


def members(span: Span, recency: int | None = None, frequency: int | None = None) -> Source:
    """Members who came within the span, one row each; of one cell of the grid or of all."""
    use, steps = _use(span), _steps(span.last)
    wanted = [
        (steps[name], step) for name, step in (("recency", recency), ("frequency", frequency)) if step is not None
    ]
    where = " WHERE " + " AND ".join(f"{step} = ?" for step, _ in wanted) if wanted else ""
    sql = _MEMBERS.format(use=use.sql, where=where)
    return Source(sql, (span.last, *use.params, *(step for _, step in wanted)))


def tenths(span: Span) -> Source:
    """Members who came within the span in ten equal parts, the biggest spenders first: 1 and 2 are the top 20 %.

    ``share``: of what all of them spent, in thousandths; ``up_to``: of this part and those before it together.
    """
    use = _use(span)
    return Source(_TENTHS.format(use=use.sql), use.params)


def dormant(since: str, branch: str = "") -> Source:
    """Members who have bought before a day and not since; of one branch: in that branch."""
    if not branch:
        return Source(_DORMANT.format(use="member_totals"), (since,))
    at = "d.branch = ? AND d.visits > 0"
    use = _OF_DAYS.format(where=at) + "UNION ALL" + _OF_KIN.format(where=at)
    return Source(_DORMANT.format(use=_USE_OF_BRANCH.format(kin=_KIN, use=use)), (branch, branch, since))


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
