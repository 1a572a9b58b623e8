"""commerce.categories: the tree of product categories."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from commerce.categories import DEPTH_MAX, PLACE_MAX, Categories, check_category
from commerce.errors import InputError
from commerce.reference import CategoryRow

TREE = Categories(
    [
        CategoryRow("饮品", place=2),
        CategoryRow("咖啡", "饮品", 1),
        CategoryRow("奶茶", "饮品"),
        CategoryRow("手冲", "咖啡"),
        CategoryRow("生鲜", place=1),
    ]
)
NAMES = st.sampled_from("甲乙丙丁戊己庚")


def test_a_category_lies_below_those_above_it():
    """A path goes from the top down; below a category lies all that has it in its path; without a row one is a top."""
    assert TREE.path("手冲") == ("饮品", "咖啡", "手冲")
    assert TREE.below("饮品") == {"饮品", "咖啡", "奶茶", "手冲"}
    assert (TREE.path("文具"), TREE.below("文具")) == (("文具",), {"文具"})
    assert TREE.below("") == {""}


def test_each_stands_before_what_lies_below_it():
    """Siblings go by the shop's own order, then by place, then by name; headings above come along."""
    assert TREE.ordered(["手冲", "奶茶", "文具", "日用品"]) == ["饮品", "咖啡", "手冲", "奶茶", "文具", "日用品"]
    assert TREE.ordered(["奶茶", "生鲜", "文具"], first=("文具", "饮品")) == ["文具", "饮品", "奶茶", "生鲜"]
    assert TREE.names() == ["生鲜", "饮品", "咖啡", "手冲", "奶茶"]


@pytest.mark.parametrize("row", [CategoryRow(""), CategoryRow("x", "\n"), CategoryRow("x", "", PLACE_MAX + 1)])
def test_fields_are_bounded(row):
    """A name is text, a place a small number."""
    with pytest.raises(InputError):
        check_category(row)


@given(st.dictionaries(NAMES, st.tuples(NAMES, st.integers(0, 3))), st.lists(NAMES))
def test_any_rows_end(rows, names):
    """Also rows that make no tree are followed to an end: every name asked for comes once, no path is too long."""
    tree = Categories(CategoryRow(name, parent, place) for name, (parent, place) in rows.items())
    ordered = tree.ordered(names)
    assert len(set(ordered)) == len(ordered)
    assert set(names) <= set(ordered)
    assert all(1 <= len(tree.path(name)) <= DEPTH_MAX for name in "甲乙丙丁戊己庚")
