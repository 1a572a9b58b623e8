"""Every code that can surface has real words in three languages."""

import ast
from pathlib import Path

import pytest

from commerce.errors import ShortageError
from device_drivers.errors import Code as DeviceCode
from device_drivers.errors import RetryError
from edge_node.errors import Code, MendInputError
from edge_node.storage.database import DriverError
from edge_node.web.words import ERRORS, problem_of, translate
from edge_node.web.words_hq import claim_told, request_told
from foundation.http_api.problem import LANGUAGES

ROOT = Path(__file__).resolve().parents[2]
RAISED = {"InputError", "ShortageError", "RuleError", "RightsError", "ApiError"}
CHECKS = {"check_int": 4}


def codes_in(folder: str) -> set[str]:
    """Collect the codes that the sources of a package raise: constants given to error classes and to checks."""
    found: set[str] = set()
    for path in sorted((ROOT / folder).rglob("*.py")):
        for node in ast.walk(ast.parse(path.read_text("utf-8"))):
            if not isinstance(node, ast.Call) or not isinstance(node.func, ast.Name):
                continue
            place = 0 if node.func.id in RAISED else CHECKS.get(node.func.id)
            if place is None:
                continue
            given = node.args[place] if len(node.args) > place else None
            if isinstance(given, ast.Constant) and isinstance(given.value, str):
                found.add(given.value)
    return found


@pytest.mark.parametrize("folder", ["commerce", "edge_node/till", "edge_node/ledger", "edge_node/web"])
def test_every_raised_code_has_words(folder: str):
    """No code raised in a room that a till calls is missing from the table."""
    codes = codes_in(folder)
    assert codes - ERRORS.keys() == set()


def test_every_code_of_the_node_has_words():
    """The closed sets of the edge node's and the devices' codes are in the table, and so are those that checks make."""
    assert {code.value for code in Code} - ERRORS.keys() == set()
    assert {code.value for code in DeviceCode} - ERRORS.keys() == set()
    assert {"bad_number", "bad_amount", "bad_per_mille", "bad_text", "bad_code"} <= ERRORS.keys()


def test_collection_finds_codes():
    """The collection sees what it should see, so that the tests above can fail."""
    assert {"underpaid", "unknown_item", "too_many", "pair_not_whole"} <= codes_in("commerce")
    assert {"no_hq", "last_manager", "foreign_key"} <= codes_in("edge_node/web")


def test_words_are_sentences_in_three_languages():
    """Every entry says what happened and what to do next in each language, and a refusal says what was kept."""
    for code, known in ERRORS.items():
        assert set(known.words) == set(LANGUAGES), code
        assert 400 <= known.status < 600
        for language, words in known.words.items():
            assert words.message, (code, language)
            if code not in {"method_not_allowed", "not_json"}:
                assert words.kept, (code, language)
                assert words.next, (code, language)
        assert known.words["zh-CN"].message != known.words["en"].message


def test_shortage_tells_the_sum():
    """A shortage says in money how much can be spent here."""
    status, problem = problem_of(ShortageError("stored_value_short", wanted=5000, available=1234), "zh-CN")
    assert (status, problem.evidence) == (409, {"wanted": 5000, "available": 1234})
    assert "50.00" in problem.message
    assert "12.34" in problem.message + problem.next


@pytest.mark.parametrize("code", ["", "timed_out", "rights_short", "cancelled", "revoked", "malformed"])
@pytest.mark.parametrize("accept", ["zh-CN", "zh-TW", "en"])
def test_rights_not_given_are_told(code: str, accept: str):
    """Whatever HQ answered, known or not, the cashier reads how much can be used here and what to do."""
    told = request_told(code, "principal", 1234, accept)
    assert "12.34" in told.message
    assert told.code == code
    assert told.kept
    assert told.next
    assert "1234 " in request_told(code, "points", 1234, "en").message


def test_refused_claims_are_told():
    """A refused claim says why, also for a reason of a later version."""
    assert "退过了" in claim_told("already_refunded", "").message
    assert "too_new" in claim_told("too_new", "en").message


def test_foreign_errors_are_not_translated():
    """What nobody foresaw stays unknown; the disk's own trouble is told as such."""
    assert translate(ValueError("x")) is None
    told = translate(DriverError("disk I/O error"))
    assert told is not None
    assert told.code == "storage_failed"
    unplugged = translate(RetryError(DeviceCode.UNPLUGGED))
    assert unplugged is not None
    assert unplugged.code == "device_unplugged"
    bad = translate(MendInputError(Code.BAD_REQUEST, field="item"))
    assert bad is not None
    assert bad.evidence == {"reason": "item"}
