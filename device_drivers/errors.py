"""What goes wrong with a device, sorted by what the caller does: try again, call a person, give up."""

from enum import StrEnum


class Code(StrEnum):
    """Stable codes, the closed set; they cross the till's API."""

    # Try again: the line or the device comes back by itself
    OFFLINE = "device_offline"
    UNPLUGGED = "device_unplugged"
    TIMEOUT = "device_timeout"
    BUSY = "device_busy"
    GARBLED = "device_garbled"
    WEIGHT_UNSTABLE = "weight_unstable"
    # A person has to do something at the device
    PAPER_OUT = "paper_out"
    COVER_OPEN = "cover_open"
    CUTTER = "cutter_error"
    OVERHEATED = "overheated"
    PRINTER_ERROR = "printer_error"
    OVERWEIGHT = "overweight"
    UNDER_ZERO = "under_zero"
    NOT_ZEROED = "scale_not_zeroed"
    # Give up: it is set up wrongly
    BAD_ADDRESS = "bad_address"
    BAD_OPTION = "bad_option"
    NOT_SUPPORTED = "not_supported"
    BAD_TEMPLATE = "bad_template"
    UNPRINTABLE = "unprintable"
    DRIVER_FAILED = "driver_failed"


Evidence = int | str


class DeviceError(Exception):
    """Base of the tree: a stable code and evidence, nothing secret or personal in it.

    ``begun``: bytes that print may have reached the printer, so that a repetition has to be marked.
    """

    def __init__(self, code: Code, *, begun: bool = False, **evidence: Evidence) -> None:
        super().__init__(code, evidence)
        self.code = code
        self.begun = begun
        self.evidence = evidence

    def __str__(self) -> str:
        parts = [f"{name}={value}" for name, value in self.evidence.items()]
        return f"{self.code.value} ({', '.join(parts)})" if parts else self.code.value


class RetryError(DeviceError):
    """The line or the device may be back in a moment."""


class AskPersonError(DeviceError):
    """Somebody has to go to the device."""


class StopError(DeviceError):
    """It will not work as it is set up; trying again changes nothing."""
