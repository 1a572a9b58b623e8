"""The one table from errors to HTTP: status, and words that a cashier understands, in three languages."""

from commerce.errors import CommerceError
from device_drivers.errors import DeviceError
from edge_node.errors import Code, EdgeError
from edge_node.storage.database import DriverError
from edge_node.web.words_devices import DEVICES
from edge_node.web.words_hq import LINE
from edge_node.web.words_input import INPUT
from edge_node.web.words_labels import LABELS
from edge_node.web.words_members import MEMBERS
from edge_node.web.words_people import PEOPLE, TROUBLE
from edge_node.web.words_plans import PLANS
from edge_node.web.words_print import PRINT
from edge_node.web.words_value import VALUE
from foundation.http_api.problem import BASE_CODES, ApiError, Known, Problem, tell

ERRORS: dict[str, Known] = {
    **BASE_CODES,
    **INPUT,
    **VALUE,
    **PEOPLE,
    **TROUBLE,
    **DEVICES,
    **PRINT,
    **LABELS,
    **MEMBERS,
    **PLANS,
    **LINE,
}
"""Code → status and words; a test collects all codes from the source and finds them here."""


def translate(error: Exception) -> ApiError | None:
    """Turn the errors of the edge node, of commerce and of devices into told ones; None for what nobody foresaw."""
    if isinstance(error, EdgeError) and error.code is Code.BAD_REQUEST:
        return ApiError(error.code.value, reason=error.evidence.get("field", ""))
    if isinstance(error, EdgeError):
        return ApiError(error.code.value, **error.evidence)
    if isinstance(error, CommerceError):
        return ApiError(error.code, **error.evidence)
    if isinstance(error, DeviceError):
        return ApiError(error.code.value, **error.evidence)
    if isinstance(error, DriverError):
        return ApiError("storage_failed")
    return None


def problem_of(error: EdgeError | CommerceError, accept: str) -> tuple[int, Problem]:
    """Word a refusal that is stored."""
    told = translate(error)
    assert told is not None
    return tell(ERRORS, told, accept)
