"""Members by what they do: recency, frequency and amount; tenths by spending; cohorts by month; who stays away.

A visit is a sale. Asked about one branch, all of it counts what was done in that branch only.
"""

from datetime import date

from hq_server.analysis.reports_source import Source, Span, Value, within

RECENCY = (30, 60, 90, 180)
"""Upper ends of the steps of recency, in days before the span's last; the last step is open."""
FREQUENCY = (1, 3, 6, 12)
"""Upper ends of the steps of frequency, in visits; the last step is open."""
LONG_DAYS = 92
"""From here on the index of days would be most of the table, in the wrong order."""
COHORT_MONTHS = 12
"""Months after the one of registration in which a cohort is looked for."""

_USE = """
SELECT d.member AS member, max(d.day) AS last_day, sum(d.visits) AS visits, sum(d.spent) AS spent,
    sum(d.topped_up) AS topped_up
FROM member_days d WHERE {where} GROUP BY d.member HAVING sum(d.visits) > 0
"""

_STEPPED = "SELECT u.*, CAST(julianday(?) - julianday(u.last_day) AS INTEGER) AS days FROM ({use}) u"

_GRID = """
SELECT CAST({recency} AS TEXT) AS recency, CAST({frequency} AS TEXT) AS frequency, count(*) AS members,
    sum(visits) AS visits, sum(spent) AS spent
FROM ({stepped}) GROUP BY 1, 2
"""

_MEMBERS = """
SELECT u.*, coalesce(m.masked_name, '') AS name, coalesce(m.tier, '') AS tier
FROM (SELECT *, {recency} AS recency, {frequency} AS frequency FROM ({stepped})) u
    LEFT JOIN members m ON m.member = u.member
{where}
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
SELECT u.member AS member, m.masked_name AS name, m.tier AS tier, m.day AS registered, u.last_day AS last_day,
    u.visits AS visits, u.spent AS spent
FROM {use} u JOIN members m ON m.member = u.member
WHERE m.alias_of = x'' AND u.last_day > '' AND u.last_day < ?
"""

_USE_OF_BRANCH = """(
SELECT d.member AS member, max(d.day) AS last_day, sum(d.visits) AS visits, sum(d.spent) AS spent
FROM member_days d WHERE d.branch = ? AND d.visits > 0 GROUP BY d.member
)"""

_COHORTS = """
SELECT c.cohort AS cohort, c.members AS members, {months}
FROM (
    SELECT substr(m.day, 1, 7) AS cohort, count(*) AS members
    FROM members m JOIN incarnations i ON i.no = m.no WHERE {registered} GROUP BY 1
) c LEFT JOIN ({came}) a ON a.cohort = c.cohort
GROUP BY c.cohort, c.members
"""

_CAME = """
SELECT substr(m.day, 1, 7) AS cohort, {distance} AS after, count(*) AS came
FROM members m JOIN incarnations i ON i.no = m.no JOIN member_months d ON d.member = m.member
WHERE {registered} AND d.month >= ? AND d.visits > 0 GROUP BY 1, 2
"""

_CAME_TO_BRANCH = """
SELECT substr(m.day, 1, 7) AS cohort, {distance} AS after, count(DISTINCT d.member) AS came
FROM members m JOIN incarnations i ON i.no = m.no
    JOIN (SELECT member, branch, substr(day, 1, 7) AS month, visits FROM member_days) d ON d.member = m.member
WHERE {registered} AND d.branch = ? AND d.visits > 0 GROUP BY 1, 2
"""

_REGISTERED = "m.alias_of = x'' AND m.day >= ? AND m.day <= ?"
_DISTANCE = "(substr(d.month, 1, 4) - substr(m.day, 1, 4)) * 12 + substr(d.month, 6, 2) - substr(m.day, 6, 2)"
"""In calendar months."""


def _step(name: str, ends: tuple[int, ...]) -> str:
    """The number of the step, from 0, in which a figure lies."""
    cases = " ".join(f"WHEN {name} <= {end} THEN {n}" for n, end in enumerate(ends))
    return f"CASE {cases} ELSE {len(ends)} END"


_STEPS = {"recency": _step("days", RECENCY), "frequency": _step("visits", FREQUENCY)}


def _use(span: Span) -> Source:
    """What each member did; a long span is read member by member, as the table lies, not by its index of days."""
    where = within(span, table="d")
    is_long = (date.fromisoformat(span.last) - date.fromisoformat(span.first)).days > LONG_DAYS
    return Source(_USE.format(where=where.sql.replace("d.day", "+d.day") if is_long else where.sql), where.params)


def _stepped(span: Span) -> Source:
    use = _use(span)
    return Source(_STEPPED.format(use=use.sql), (span.last, *use.params))


def grid(span: Span) -> Source:
    """Who came within the span, by steps of ``RECENCY`` and ``FREQUENCY``: members, visits, money spent."""
    stepped = _stepped(span)
    return Source(_GRID.format(stepped=stepped.sql, **_STEPS), stepped.params)


def members(span: Span, recency: int | None = None, frequency: int | None = None) -> Source:
    """Members who came within the span, one row each; of one cell of the grid or of all."""
    stepped = _stepped(span)
    wanted = [(name, step) for name, step in (("recency", recency), ("frequency", frequency)) if step is not None]
    where = "WHERE " + " AND ".join(f"u.{name} = ?" for name, _ in wanted) if wanted else ""
    sql = _MEMBERS.format(stepped=stepped.sql, where=where, **_STEPS)
    return Source(sql, (*stepped.params, *(step for _, step in wanted)))


def tenths(span: Span) -> Source:
    """Members who came within the span in ten equal parts, the biggest spenders first: 1 and 2 are the top 20 %.

    ``share``: of what all of them spent, in thousandths; ``up_to``: of this part and those before it together.
    """
    use = _use(span)
    return Source(_TENTHS.format(use=use.sql), use.params)


def dormant(since: str, branch: str = "") -> Source:
    """Members who have bought before a day and not since; of one branch: in that branch."""
    params: tuple[Value, ...] = (branch, since) if branch else (since,)
    return Source(_DORMANT.format(use=_USE_OF_BRANCH if branch else "member_totals"), params)


def cohorts(first_month: str, last_month: str, branch: str = "") -> Source:
    """Who registered in a month ('YYYY-MM'), and how many of them bought in it (m0) and in each of the next twelve.

    A month in which nobody came is 0; months that have not begun are the reader's to leave empty. Of one branch: who
    registered there and bought there.
    """
    months = ", ".join(
        f"coalesce(sum(CASE a.after WHEN {n} THEN a.came END), 0) AS m{n}" for n in range(COHORT_MONTHS + 1)
    )
    days: tuple[Value, ...] = (f"{first_month}-01", f"{last_month}-31")
    if branch:
        came = _CAME_TO_BRANCH.format(registered=_REGISTERED, distance=_DISTANCE)
        registered, params = f"{_REGISTERED} AND i.branch = ?", (*days, branch, *days, branch, branch)
        came = came.replace(_REGISTERED, registered)
    else:
        came = _CAME.format(registered=_REGISTERED, distance=_DISTANCE)
        registered, params = _REGISTERED, (*days, *days, first_month)
    return Source(_COHORTS.format(months=months, registered=registered, came=came), params)
