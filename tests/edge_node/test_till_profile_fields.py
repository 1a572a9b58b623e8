"""Fields of a profile: the chain's own by kind, a photo by its bytes, nothing else."""

import base64

import pytest
from hypothesis import given
from hypothesis import strategies as st

from commerce.errors import InputError
from edge_node import limits
from edge_node.errors import MendInputError
from edge_node.ledger.till_settings import CustomField
from edge_node.till.profile_fields import checked

CUSTOM = (
    CustomField("hair", "发质", "choice", ("干性", "油性"), required=True),
    CustomField("height", "身高", "number"),
    CustomField("since", "首次到店", "date"),
    CustomField("pet", "宠物名"),
)
JPEG = base64.b64encode(b"\xff\xd8\xff\xe0" + bytes(100) + b"\xff\xd9").decode()


def test_values_take_their_one_form():
    """Full-width figures become plain ones, blanks around go, a phone is its digits, quotes and emoji stay."""
    typed = {
        "x_height": "１６８．５",
        "x_since": " 2024-02-29 ",
        "x_pet": "旺财😀'\"",
        "x_hair": "干性",
        "phone": "+86 138-0013-8000",
    }
    assert checked(CUSTOM, typed) == {
        "x_height": "168.5",
        "x_since": "2024-02-29",
        "x_pet": "旺财😀'\"",
        "x_hair": "干性",
        "phone": "13800138000",
    }
    assert checked(CUSTOM, {"x_pet": "", "photo": ""}) == {"x_pet": "", "photo": ""}


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("x_height", "1e309"),
        ("x_height", "NaN"),
        ("x_height", "--1"),
        ("x_height", "1.2345"),
        ("x_height", "1" * 13),
        ("x_since", "2023-02-29"),
        ("x_since", "20240229"),
        ("x_hair", "中性"),
        ("x_pet", "a\x1b@"),
        ("x_pet", "长" * 201),
        ("x_none", "1"),
        ("x_", "1"),
        ("card:1", "88"),
        ("password", "scrypt"),
        ("photo", "not base64!"),
        ("photo", "é" * 8),
        ("photo", base64.b64encode(b"\x89PNG\r\n" + bytes(50)).decode()),
        ("photo", JPEG[:-8]),
        ("photo", base64.b64encode(b"\xff\xd8\xff" + bytes(limits.PHOTO) + b"\xff\xd9").decode()),
    ],
)
def test_what_does_not_fit_is_refused(field: str, value: str):
    """Each kind refuses what it is not, and no field slips in that has an act of its own."""
    with pytest.raises((MendInputError, InputError)):
        checked(CUSTOM, {field: value})


def test_required_fields():
    """They must be there at registration, may be left alone later, and cannot be emptied."""
    with pytest.raises(MendInputError) as caught:
        checked(CUSTOM, {"name": "王小明"}, new=True)
    assert caught.value.evidence == {"field": "x_hair", "label": "发质"}
    assert checked(CUSTOM, {"name": "王小明"}) == {"name": "王小明"}
    with pytest.raises(MendInputError):
        checked(CUSTOM, {"x_hair": "  "})


def test_the_largest_photo_fits():
    """24 KiB of a JPEG, to the byte."""
    data = b"\xff\xd8\xff" + bytes(limits.PHOTO - 5) + b"\xff\xd9"
    text = base64.b64encode(data).decode()
    assert len(text) == limits.PHOTO_TEXT
    assert checked((), {"photo": text}) == {"photo": text}


@given(
    st.dictionaries(st.sampled_from(["x_height", "x_since", "x_hair", "x_pet", "name", "photo"]), st.text(max_size=60))
)
def test_whatever_is_typed_is_taken_or_refused(typed: dict[str, str]):
    """No text is a fault of the program, and what was taken is taken again as it is."""
    try:
        once = checked(CUSTOM, typed)
    except (MendInputError, InputError):
        return
    assert checked(CUSTOM, once) == once


def test_what_is_not_shown_is_not_asked_for_at_a_till():
    """A field of head office's own is no field here: nobody need fill it, nobody can."""
    hidden = (CustomField("source", "来源", required=True, shown=False),)
    assert checked(hidden, {"name": "张伟"}, new=True) == {"name": "张伟"}
    with pytest.raises(MendInputError):
        checked(hidden, {"x_source": "朋友"})
