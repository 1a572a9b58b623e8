"""What parameters may be: head office and branches must agree, name by name and value by value."""

import json

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from edge_node.ledger import settings as edge
from hq_server.errors import InputError
from hq_server.head_office import parameter_forms, parameter_table
from hq_server.head_office.parameter_forms import Form

NAMES = sorted(name for name, one in parameter_table.BY_NAME.items() if not one.office)


def values(form: Form) -> st.SearchStrategy:
    """Values of a form, mostly well formed."""
    made = {
        "flag": st.booleans,
        "number": lambda: st.integers(form.low, form.high) | st.sampled_from([form.low, form.high]),
        "text": lambda: texts(form),
        "choice": lambda: st.sampled_from(form.options),
        "list": lambda: st.lists(values(form.of), max_size=min(form.high, 4)),
        "pairs": lambda: st.dictionaries(st.from_regex(form.pattern, fullmatch=True), values(form.of), max_size=3),
        "record": lambda: st.fixed_dictionaries({name: values(field) for name, field in form.fields}),
        "tuple": lambda: st.tuples(*(values(field) for _, field in form.fields)).map(list),
    }[form.kind]()
    return st.none() | made if form.or_null else made


def texts(form: Form) -> st.SearchStrategy:
    """Texts of a form."""
    if form.pattern:
        return st.from_regex(form.pattern, fullmatch=True)
    return st.text(st.sampled_from("好味道 Tea-1:\n\t"), min_size=form.low, max_size=min(form.high, 12))


def test_each_parameter_is_one_that_branches_know():
    """Head office offers every setting that branches read, and no other but what it reads itself."""
    assert set(edge._PARSERS) == set(NAMES)


@pytest.mark.parametrize("name", NAMES)
def test_defaults_are_those_of_branches(name):
    """A branch that reads the default as a setting works as if there were none."""
    default = parameter_table.BY_NAME[name].default
    assert parameter_table.normal(name, default) == default
    assert edge.parse_one(edge.DEFAULTS, name, default) == edge.DEFAULTS


@pytest.mark.parametrize("name", NAMES)
@settings(max_examples=12, deadline=None, suppress_health_check=list(HealthCheck))
@given(data=st.data())
def test_what_head_office_takes_branches_take(name, data):
    """No value is distributed that a branch would pass over."""
    source = json.dumps(data.draw(values(parameter_table.BY_NAME[name].form)))
    try:
        stored = parameter_table.normal(name, source)
    except InputError:
        return
    assert edge.parse_one(edge.DEFAULTS, name, stored) is not None


@pytest.mark.parametrize(
    ("name", "source", "where"),
    [
        ("order_mode", "1", "order_mode"),
        ("undo_days", "true", "undo_days"),
        ("undo_days", "366", "undo_days"),
        ("undo_days", "7.0", "undo_days"),
        ("undo_days", "NaN", "undo_days"),
        ("undo_days", "7 8", "value"),
        ("undo_days", "[" * 5000, "value"),
        ("rounding", '"up"', "rounding"),
        ("shop_name", '"好\\u0007"', "shop_name"),
        ("shop_name", '"\\ud800"', "shop_name"),
        ("external_tenders", '["wechat","cash"]', "external_tenders"),
        ("external_tenders", '["wechat","wechat"]', "external_tenders"),
        ("external_tenders", '["a:b"]', "external_tenders.1"),
        ("tender_references", '{"cash":4}', "tender_references"),
        ("tender_references", '{"card":0}', "tender_references.1"),
        ("tender_references", '{"card":33}', "tender_references.1"),
        ("drawer_tenders", '["gift_card"]', "drawer_tenders"),
        ("numbering", '{"restart":"daily","prefix":"nj","digits":6}', "numbering.prefix"),
        ("numbering", '{"restart":"daily","prefix":"NJING","digits":6}', "numbering.prefix"),
        ("numbering", '{"restart":"daily","prefix":"NJ","digits":9}', "numbering.digits"),
        ("numbering", '{"restart":"never","prefix":"NJ","digits":6}', "numbering.restart"),
        ("print_sale", '"never"', "print_sale"),
        ("member_input", '"card"', "member_input"),
        ("tender_names", '{"unionpay":""}', "tender_names.1"),
        ("shortcuts", '{"hold":"F7","pay":"F7"}', "shortcuts"),
        ("gifts", '[{"code":"mug","name":"马克杯","points":0}]', "gifts.1.points"),
        ("gifts", '[{"code":"mug","name":"马克杯","points":5,"price":1}]', "gifts.1"),
        ("gifts", '[{"code":"mug","name":"马克杯","points":5,"first_day":"2026-2-1"}]', "gifts.1.first_day"),
        ("gifts", '[{"code":"mug","name":"马克杯","points":5,"first_day":"2026-02-30"}]', "gifts"),
        ("gifts", '[{"code":"a","name":"杯","points":5,"first_day":"2026-02-02","last_day":"2026-02-01"}]', "gifts"),
        ("privacy_terms", '{"version":"1","text":" "}', "privacy_terms"),
        ("custom_fields", '[{"name":"hair","label":"发质","kind":"choice"}]', "custom_fields"),
        ("timed_items", '[["table",30,0,30,1,0]]', "timed_items"),
        ("points_expiry", '["months",0]', "points_expiry"),
        ("points_redeem", "[0,1,1,1000]", "points_redeem.worth"),
        ("idle_pictures", '["../x"]', "idle_pictures.1"),
    ],
)
def test_what_makes_no_sense_is_refused_with_its_place(name, source, where):
    """A refusal names the place that is wrong, down to the row and its field."""
    with pytest.raises(InputError) as caught:
        parameter_table.normal(name, source)
    assert caught.value.evidence["field"] == where


def test_one_value_is_written_in_one_way():
    """Blanks and the order of typing do not make a change."""
    assert parameter_table.normal("points_rate", " [ 1, 100 ] ") == "[1,100]"
    assert parameter_forms.written({"好": "a"}) == '{"好":"a"}'
