"""commerce.promotions.check: what an editor may store, refused by field."""

from dataclasses import replace

import pytest
from promotion_samples import FIELDS

from commerce.errors import InputError
from commerce.limits import CODE_MAX, PROMOTION_CODE_MAX
from commerce.promotions.check import USED, check_promotion
from commerce.promotions.index import Promotions
from commerce.promotions.row import KINDS, Off, Part, PromotionRow, Target, Window

TEA = Target(("tea",))
HALF = Off("per_mille", 500)
PRICE = PromotionRow("m", "会员价", "member_price", members_only=True, prices=(("tea", 1200),))
OFF = PromotionRow("d", "饮品八折", "discount", target=TEA, off=Off("per_mille", 200))
NTH = PromotionRow("n", "第二件半价", "nth_item", every=2, off=HALF)
BUNDLE = PromotionRow("b", "套餐", "bundle", parts=(Part(TEA), Part(Target(("bun",)))), off=Off("price", 1800))
GIFT = PromotionRow("g", "买赠", "gift", gifts=("cola",), least_amount=4000, off=Off("per_mille", 1000))
SAVE = PromotionRow("s", "满减", "spend_save", steps=((4000, 500), (8000, 1200)))
COUPON = PromotionRow("c", "优惠券", "coupon", coupon="june", off=Off("amount", 1000))
GOOD = (PRICE, OFF, NTH, BUNDLE, GIFT, SAVE, COUPON)

MANY = tuple(f"{n}" for n in range(301))


def test_every_kind_can_be_stored():
    """A promotion of every kind stands the check as it is."""
    assert [check_promotion(row) for row in GOOD] == list(GOOD)
    assert {row.kind for row in GOOD} == set(KINDS) == set(USED) == set(FIELDS)


def test_a_promotions_code_fits_a_fact():
    """The rule code of a promotion in a sale is no longer than any other rule's code."""
    row = replace(OFF, code="x" * PROMOTION_CODE_MAX)
    assert len(f"promotion:{check_promotion(row).code}") == CODE_MAX
    with pytest.raises(InputError, match="bad_code"):
        check_promotion(replace(row, code=row.code + "x"))


@pytest.mark.parametrize(
    ("row", "code", "field"),
    [
        (replace(OFF, code=""), "bad_code", "code"),
        (replace(OFF, code="a b"), "bad_code", "code"),
        (replace(OFF, name=" "), "bad_text", "name"),
        (replace(OFF, name="八折\n"), "bad_text", "name"),
        (replace(OFF, kind="lottery"), "bad_code", "kind"),
        (replace(OFF, priority=-1), "bad_number", "priority"),
        (replace(OFF, tiers=("",)), "bad_text", "tiers"),
        (replace(OFF, tiers=tuple(MANY[:17])), "too_many", "tiers"),
        (replace(OFF, first_day="2026-6-1"), "bad_day", "first_day"),
        (replace(OFF, last_day="2026-02-30"), "bad_day", "last_day"),
        (replace(OFF, first_day="2026-07-01", last_day="2026-06-30"), "bad_rule", "last_day"),
        (replace(OFF, windows=(Window((8,)),)), "bad_number", "windows"),
        (replace(OFF, windows=(Window((1, 1)),)), "bad_rule", "windows"),
        (replace(OFF, windows=(Window((), 1440, 1500),)), "bad_number", "windows"),
        (replace(OFF, windows=(Window((), 600, 600),)), "bad_number", "windows"),
        (replace(OFF, windows=(Window((), 600, 2041),)), "bad_number", "windows"),
        (replace(OFF, windows=(Window(),) * 17), "too_many", "windows"),
        (replace(OFF, target=Target(("a b",))), "bad_code", "target"),
        (replace(OFF, target=Target(("tea", "tea"))), "duplicate_item", "target"),
        (replace(OFF, target=Target((), ("饮品",) * 2)), "duplicate_item", "target"),
        (replace(OFF, target=Target((), ("饮\x00品",))), "bad_text", "target"),
        (replace(OFF, target=Target(("tea",), (), ("tea",))), "bad_rule", "target"),
        (replace(OFF, target=Target(MANY)), "too_many", "target"),
        (replace(OFF, target=Target((), MANY[:21])), "too_many", "target"),
        (replace(OFF, off=Off("per_mille", 1001)), "bad_per_mille", "off"),
        (replace(OFF, off=Off("per_mille", 0)), "bad_amount", "off"),
        (replace(OFF, off=Off("amount", 0)), "bad_amount", "off"),
        (replace(OFF, off=Off("price", -1)), "bad_amount", "off"),
        (replace(OFF, off=Off("percent", 10)), "bad_code", "off"),
        (replace(OFF, least_amount=-1), "bad_amount", "least_amount"),
        (replace(OFF, least_pieces=10_001), "bad_number", "least_pieces"),
        (replace(OFF, pieces=True), "bad_number", "pieces"),
        (replace(OFF, every=2), "bad_rule", "every"),
        (replace(OFF, coupon="june"), "bad_rule", "coupon"),
        (replace(OFF, limit=1), "bad_rule", "limit"),
        (replace(PRICE, members_only=False), "bad_rule", "members_only"),
        (replace(PRICE, prices=()), "bad_rule", "prices"),
        (replace(PRICE, prices=(("tea", 1), ("tea", 2))), "duplicate_item", "prices"),
        (replace(PRICE, prices=(("tea", -1),)), "bad_amount", "prices"),
        (replace(PRICE, target=TEA), "bad_rule", "target"),
        (replace(NTH, every=0), "bad_number", "every"),
        (replace(NTH, of_each=3), "bad_number", "of_each"),
        (replace(BUNDLE, parts=()), "bad_rule", "parts"),
        (replace(BUNDLE, parts=(Part(TEA),) * 17), "too_many", "parts"),
        (replace(BUNDLE, parts=(Part(TEA), Part(TEA, 2000))), "bad_rule", "parts"),
        (replace(BUNDLE, parts=(Part(TEA, 1500),)), "bad_quantity", "parts"),
        (replace(BUNDLE, parts=(Part(TEA, 0, by_weight=True),)), "bad_quantity", "parts"),
        (replace(GIFT, gifts=()), "bad_rule", "gifts"),
        (replace(GIFT, gifts=("cola", "cola")), "duplicate_item", "gifts"),
        (replace(GIFT, target=Target(("cola",))), "bad_rule", "gifts"),
        (replace(GIFT, least_amount=0), "bad_rule", "least_amount"),
        (replace(GIFT, of_each=0), "bad_number", "of_each"),
        (replace(GIFT, limit=2), "bad_rule", "limit"),
        (replace(SAVE, steps=()), "bad_rule", "steps"),
        (replace(SAVE, steps=((4000, 4001),)), "bad_amount", "steps"),
        (replace(SAVE, steps=((4000, 500), (4000, 600))), "bad_amount", "steps"),
        (replace(SAVE, steps=((4000, 500), (8000, 500))), "bad_amount", "steps"),
        (replace(SAVE, each=True), "bad_rule", "each"),
        (replace(SAVE, limit=1), "bad_rule", "limit"),
        (replace(COUPON, coupon=""), "bad_code", "coupon"),
        (replace(COUPON, most=100), "bad_rule", "most"),
    ],
)
def test_what_makes_no_sense_is_refused_by_field(row, code, field):
    """A promotion out of bounds, or with a field that its kind does not read, is refused naming the field."""
    with pytest.raises(InputError) as refusal:
        check_promotion(row)
    assert (refusal.value.code, refusal.value.evidence["field"]) == (code, field)


def test_a_till_passes_over_what_it_cannot_use():
    """Rows of later versions' kinds, switched off or senseless, are passed over; the others stay in order."""
    odd = (
        replace(OFF, code="x", kind="lottery"),
        replace(OFF, code="y", active=False),
        replace(NTH, code="z", every=0),
    )
    assert [entry.row for entry in Promotions([*odd, *GOOD]).entries] == list(GOOD[:4] + GOOD[4:])


def test_of_one_code_the_last_counts():
    """A branch's own row wins over the chain's of the same code, also when it switches it off."""
    assert [entry.row for entry in Promotions([OFF, replace(OFF, name="饮品七折")]).entries] == [
        replace(OFF, name="饮品七折")
    ]
    assert Promotions([OFF, replace(OFF, active=False)]).entries == ()
