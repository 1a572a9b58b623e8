"""References of external tenders: asked for where the chain wants one, in bounds, kept in the tender."""

import pytest

from commerce.errors import InputError
from commerce.facts import Tender
from commerce.limits import REFERENCE_MAX
from commerce.tender import Available, Offer, TenderRules, check_tender_rules, settle

RULES = TenderRules(("card", "wechat"), references=(("card", 4),), drawer=frozenset({"card"}))


@pytest.mark.parametrize("ref", ["4821", "A-0048-21", "7" * REFERENCE_MAX])
def test_a_reference_is_kept_as_it_was_typed(ref):
    """Letters, digits and hyphens in bounds stand in the tender, and so in the fact."""
    settled = settle(1_000, [Offer("card", 1_000, ref)], Available(), RULES)
    assert settled.tenders == (Tender("card", 1_000, 0, ref),)


@pytest.mark.parametrize("ref", ["", "482", "----", "48 21", "4821\u200b", "四八二一", "４８２１", "48/21", "7" * 33])
def test_what_is_no_reference_is_refused(ref):
    """Nothing, too little, too much, and what no slip bears."""
    with pytest.raises(InputError) as refusal:
        settle(1_000, [Offer("card", 1_000, ref)], Available(), RULES)
    assert refusal.value.code == ("bad_text" if "\u200b" in ref else "bad_reference")


def test_other_tenders_go_without():
    """A tender that takes none is paid without one, and may have any."""
    for ref in ("", "扫码 ✓"):
        assert settle(500, [Offer("wechat", 500, ref)], Available(), RULES).tenders[0].ref == ref


@pytest.mark.parametrize(
    ("rules", "tenders", "opens"),
    [
        (RULES, ("cash",), True),
        (RULES, ("wechat", "card"), True),
        (RULES, ("wechat",), False),
        (TenderRules(("card",)), ("card",), False),
        (TenderRules(("card",)), ("card", "cash"), True),
        (RULES, (), False),
    ],
)
def test_which_tenders_open_the_drawer(rules, tenders, opens):
    """Cash always does; others where the chain says so."""
    assert rules.opens_drawer(Tender(name, 1) for name in tenders) is opens


@pytest.mark.parametrize(
    "rules",
    [
        TenderRules(references=(("card", 0),)),
        TenderRules(references=(("card", REFERENCE_MAX + 1),)),
        TenderRules(references=(("cash", 4),)),
        TenderRules(references=(("gift_card", 4),)),
        TenderRules(drawer=frozenset({"stored_value"})),
    ],
)
def test_rules_out_of_bounds_are_refused(rules):
    """The house's own tenders have rules of their own, and figures are in bounds."""
    with pytest.raises(InputError):
        check_tender_rules(rules)
