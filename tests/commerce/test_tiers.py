"""Tiers: when a member goes up, when down, and how it is explained."""

from dataclasses import replace
from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pricing_samples import LAW

from commerce.errors import InputError
from commerce.reference import TierRow
from commerce.tiers import TIERS_MAX, Deed, History, Progress, check_tier, ladder, preview, tier_for

BASIC = TierRow("basic", "普通会员", 0)
SILVER = TierRow("silver", "银卡", 1, 50, from_spend=100_000, from_points=1_000)
GOLD = TierRow("gold", "金卡", 2, 120, from_spend=500_000, period_days=730)
LIFE = TierRow("life", "终身会员", 3, 150, from_top_up=2_000_000, period_days=0)
STAFF = TierRow("staff", "员工", 9, 300)
TIERS = (STAFF, GOLD, BASIC, LIFE, SILVER)
TODAY = "2026-03-01"

DEEDS = st.lists(
    st.builds(
        Deed,
        st.dates(date(2024, 1, 1), date(2026, 12, 31)).map(date.isoformat),
        st.integers(-100_000, 600_000),
        st.integers(0, 2_000_000),
        st.integers(-500, 1_500),
    ),
    max_size=6,
).map(tuple)

HISTORIES = st.builds(
    History,
    st.sampled_from(["", "basic", "silver", "gold", "life", "staff", "abolished"]),
    st.dates(date(2023, 1, 1), date(2026, 3, 1)).map(date.isoformat),
    DEEDS,
)


@LAW
@given(HISTORIES)
def test_a_decision_stands(history):
    """Deciding again on the same day after a decision was written down changes nothing more."""
    decision = tier_for(history, TIERS, TODAY)
    again = tier_for(History(decision.tier, decision.since, history.deeds), TIERS, TODAY)
    assert (again.tier, again.since, again.change) == (decision.tier, decision.since, "none")


@LAW
@given(HISTORIES)
def test_nobody_falls_before_the_review(history):
    """A member falls only on or after the day of review that the decision before had named."""
    decision = tier_for(history, TIERS, TODAY)
    named = (
        tier_for(replace_deeds(history), TIERS, history.since).review_on if history.tier in {"silver", "gold"} else ""
    )
    if decision.change in {"down", "renewed"}:
        assert "" < named <= TODAY
    if decision.change == "none" and named:
        assert named > TODAY


def replace_deeds(history: History) -> History:
    """The same history on the day its period began, without deeds."""
    return history._replace(deeds=())


@LAW
@given(HISTORIES, st.integers(0, 10**6))
def test_spending_more_never_lowers_a_tier(history, more):
    """One more purchase today never leads to a lower tier."""
    ranks = {row.code: row.rank for row in TIERS}
    richer = history._replace(deeds=(*history.deeds, Deed(TODAY, more)))
    assert ranks[tier_for(richer, TIERS, TODAY).tier] >= ranks[tier_for(history, TIERS, TODAY).tier]


@pytest.mark.parametrize(
    ("deed", "tier"),
    [
        (Deed(TODAY, points=1_000), "silver"),
        (Deed(TODAY, spend=99_999, points=999), "basic"),
        (Deed("2025-03-02", spend=100_000), "silver"),
        (Deed("2025-03-01", spend=100_000), "basic"),
        (Deed("2024-03-02", spend=500_000), "gold"),
        (Deed("1999-01-01", top_up=2_000_000), "life"),
        (Deed("2026-03-02", spend=900_000), "basic"),
    ],
)
def test_each_threshold_counts_in_its_own_period(deed, tier):
    """Any one threshold leads up; deeds count within the tier's own period, today included and tomorrow not."""
    assert tier_for(History("basic", "2020-01-01", (deed,)), TIERS, TODAY).tier == tier


def test_up_by_several_rungs_and_never_into_a_tier_by_hand():
    """A member may go up several rungs at once; a tier without thresholds is reached by no deed."""
    deeds = (Deed(TODAY, 9_000_000, 9_000_000, 9_000_000),)
    decision = tier_for(History("basic", "2020-01-01", deeds), TIERS, TODAY)
    assert (decision.tier, decision.change, decision.reason) == ("life", "up", "threshold_met")
    assert (decision.since, decision.review_on, decision.next_tier) == (TODAY, "", "")


def test_tier_by_hand_is_left_alone():
    """Who was given a tier by hand keeps it, whatever they did."""
    decision = tier_for(History("staff", "2001-01-01"), TIERS, TODAY)
    assert (decision.tier, decision.change, decision.reason, decision.since) == (
        "staff",
        "none",
        "by_hand",
        "2001-01-01",
    )


def test_unknown_tier_starts_anew():
    """A member without a tier, or of one that was abolished, gets the tier of their deeds."""
    for code in ("", "abolished"):
        decision = tier_for(History(code, "2020-01-01"), TIERS, TODAY)
        assert (decision.tier, decision.change, decision.reason) == ("basic", "set", "no_tier")


def test_explanation_tells_the_way_to_the_next_rung():
    """The decision names the next rung and how far each of its thresholds is reached."""
    decision = tier_for(History("basic", "2020-01-01", (Deed(TODAY, 61_000, points=610),)), TIERS, TODAY)
    assert (decision.next_tier, decision.reason) == ("silver", "lowest")
    assert decision.progress == (Progress("spend", 61_000, 100_000), Progress("points", 610, 1_000))


def test_review_follows_the_tiers_period():
    """A decision names the first day on which the member may fall."""
    decision = tier_for(History("basic", "2020-01-01", (Deed(TODAY, 500_000),)), TIERS, TODAY)
    assert decision.review_on == (date.fromisoformat(TODAY) + timedelta(days=730)).isoformat()


def test_refunds_lower_what_counts():
    """Money that went back does not count towards a tier."""
    deeds = (Deed("2026-02-01", 100_000), Deed("2026-02-20", -1))
    assert tier_for(History("basic", "2020-01-01", deeds), TIERS, TODAY).tier == "basic"


def test_preview_counts_moves_of_a_new_ladder():
    """Before a ladder is put in force one sees how many members it would move from where to where."""
    spent = [History("basic", "2020-01-01", (Deed(TODAY, spend),)) for spend in (0, 100_000, 120_000)]
    dearer = (BASIC, replace(SILVER, from_spend=110_000))
    assert preview(spent, TIERS, TODAY) == {("basic", "basic"): 1, ("basic", "silver"): 2}
    assert preview(spent, dearer, TODAY) == {("basic", "basic"): 2, ("basic", "silver"): 1}


@pytest.mark.parametrize(
    ("rows", "code"),
    [
        ((), "no_tiers"),
        ((BASIC, replace(SILVER, rank=0)), "duplicate_rank"),
        ((BASIC, replace(SILVER, code="basic")), "duplicate_rank"),
        (tuple(TierRow(f"t{n}", "级", n) for n in range(TIERS_MAX + 1)), "too_many"),
    ],
)
def test_broken_ladders_are_refused(rows, code):
    """A ladder has a rung, not too many, each with its own rank and code."""
    assert [row.code for row in ladder(TIERS)] == ["basic", "silver", "gold", "life", "staff"]
    with pytest.raises(InputError) as refusal:
        ladder(rows)
    assert refusal.value.code == code


@pytest.mark.parametrize("day", ["2026-02-29", "heute", ""])
def test_today_is_a_day(day):
    """The business date is a day of the calendar."""
    with pytest.raises(InputError, match="bad_day"):
        tier_for(History("basic", TODAY), TIERS, day)


def test_review_beyond_the_calendar_is_refused():
    """A period that no calendar holds is refused, not wrapped."""
    with pytest.raises(InputError, match="bad_day"):
        tier_for(History("gold", "9999-12-31"), TIERS, "9999-12-31")


@pytest.mark.parametrize(
    "change",
    [
        {"code": ""},
        {"name": " "},
        {"rank": -1},
        {"discount_per_mille": 1001},
        {"price_level": "a b"},
        {"points_per_mille": -1},
        {"from_spend": -1},
        {"from_top_up": 10_000_000_001},
        {"from_points": 1.5},
        {"period_days": -1},
    ],
)
def test_tier_out_of_bounds_is_refused(change):
    """An editor learns of every field of a tier that is out of bounds."""
    assert check_tier(GOLD) == GOLD
    with pytest.raises(InputError):
        check_tier(replace(GOLD, **change))
