"""commerce.errors: a tree sorted by what the caller does, a closed set of codes."""

import ast
from pathlib import Path

import pytest

import commerce
from commerce.errors import CODES, CommerceError, InputError, RightsError, RuleError, ShortageError

SOURCES = sorted(Path(commerce.__file__).parent.rglob("*.py"))


def raised_codes():
    """Yield every code that the package's sources hand to an error or to a check."""
    for source in SOURCES:
        for node in ast.walk(ast.parse(source.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Call) and isinstance(node.func, ast.Name):
                if node.func.id.endswith("Error") and node.args:
                    yield from texts(node.args[0])
                elif node.func.id == "check_int" and len(node.args) > 4:
                    yield from texts(node.args[4])
            elif isinstance(node, ast.FunctionDef):
                with_default = node.args.args[len(node.args.args) - len(node.args.defaults) :]
                for argument, default in zip(with_default, node.args.defaults, strict=True):
                    if argument.arg == "code":
                        yield from texts(default)


def texts(node):
    """Yield the text constants that an expression may evaluate to."""
    if isinstance(node, ast.IfExp):
        yield from texts(node.body)
        yield from texts(node.orelse)
    elif isinstance(node, ast.Constant) and isinstance(node.value, str):
        yield node.value


def test_the_set_of_codes_is_closed():
    """Every code that commerce raises stands in CODES, and CODES names none that is never raised."""
    assert sorted(set(raised_codes())) == sorted(CODES)


@pytest.mark.parametrize("error", [InputError, ShortageError, RuleError, RightsError])
def test_errors_carry_evidence(error):
    """An error carries its code and plain evidence, and says both in one line."""
    raised = error("value_short", asked=5, available=3)
    assert isinstance(raised, CommerceError)
    assert (raised.code, raised.evidence) == ("value_short", {"asked": 5, "available": 3})
    assert str(raised) == "value_short (asked=5, available=3)"
    assert str(error("no_lines")) == "no_lines"


def test_a_lack_of_rights_is_a_shortage():
    """Whoever handles shortages handles a lack of rights too: another tender helps."""
    assert issubclass(RightsError, ShortageError)
    assert not issubclass(RuleError, ShortageError)
