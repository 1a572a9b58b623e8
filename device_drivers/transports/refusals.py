"""What the system says when a line cannot be opened or ends, as device errors."""

import errno

from device_drivers.errors import Code, DeviceError, RetryError, StopError

_BUSY = {errno.EAGAIN, errno.EBUSY, errno.EADDRINUSE}
_WRONG = {errno.EACCES, errno.EPERM, errno.EISDIR, errno.ENOTDIR, errno.ELOOP, errno.ENOTTY, errno.EINVAL}


def refused(address: str, error: OSError) -> DeviceError:
    """Say why a line cannot be opened: somebody else has it, it is set up wrongly (or not permitted), or absent."""
    if error.errno in _BUSY:
        return RetryError(Code.BUSY, address=address, reason=_reason(error))
    if error.errno in _WRONG:
        return StopError(Code.BAD_ADDRESS, address=address, reason=_reason(error))
    return RetryError(Code.OFFLINE, address=address, reason=_reason(error))


def gone(address: str, error: OSError | None = None) -> RetryError:
    """Say that an open line ended."""
    if error is None:
        return RetryError(Code.UNPLUGGED, address=address)
    return RetryError(Code.UNPLUGGED, address=address, reason=_reason(error))


def _reason(error: OSError) -> str:
    """Return ``EACCES`` and the like: the system's text names files and is in the system's language."""
    if isinstance(error, TimeoutError):
        return "timeout"
    return errno.errorcode.get(error.errno or 0, type(error).__name__)
