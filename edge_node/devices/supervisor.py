"""One accepted device: opened, looked after, read, opened again; used by one caller at a time.

Nothing that its driver does reaches further than this: every call is contained (``contained``), and what it raises ends
this device's session and nothing else.
"""

import asyncio
import logging
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager, suppress
from typing import Any, NamedTuple, TypeVar

from device_drivers.errors import AskPersonError, Code, DeviceError, RetryError, StopError
from device_drivers.interfaces.device import Device, Health
from device_drivers.interfaces.input_devices import MSR, Scanner, SmartCardRW
from device_drivers.interfaces.scale import Scale
from edge_node.devices import limits
from edge_node.devices.contained import Calls
from edge_node.devices.health import State, checked
from edge_node.ledger.devices import Known

_LOG = logging.getLogger("stayopen.devices")
_T = TypeVar("_T")

_LOST = frozenset({Code.UNPLUGGED, Code.OFFLINE, Code.DRIVER_FAILED})
"""After these the device is closed and opened again."""

_PASSING = frozenset({Code.WEIGHT_UNSTABLE, Code.BUSY})
"""These say nothing about how the device is."""

Input = Scanner | MSR | SmartCardRW | Scale
Make = Callable[[Known], Device]
"""Makes the driver of a device, closed; DeviceError when it is set up wrongly."""


class Desk(NamedTuple):
    """What a supervisor needs. ``now``: ms; ``changed(device)`` is called after its state changed.

    ``heard(device, reading)`` passes a reading on; False when it is none. Neither raises.
    """

    make: Make
    now: Callable[[], int]
    changed: Callable[[bytes], None]
    heard: Callable[[bytes, object], bool]


class _NotAskedError(RetryError):
    """The device was not asked at all, so that nothing is known of it."""


class Supervisor:
    """Looks after one device while ``run`` runs."""

    def __init__(self, known: Known, desk: Desk) -> None:
        self.known = known
        self.state = State()
        self._desk = desk
        self._calls = Calls(known.device.hex()[:8])
        self._opened: Device | None = None
        self._device: Device | None = None
        self._tried = asyncio.Event()
        self._turn = asyncio.Lock()
        self._waiting = 0
        self._wanted = asyncio.Event()
        self._look = asyncio.Event()
        self._ended: asyncio.Future[None] | None = None

    async def run(self) -> None:
        """Keep the device open until cancelled."""
        loop = asyncio.get_running_loop()
        failures = 0
        while True:
            begun, pause = loop.time(), limits.STOPPED_S
            try:
                await self._session()
            except DeviceError as error:
                failures = 0 if loop.time() - begun > limits.STEADY_S else failures + 1
                pause = _pause(error, failures)
                self._fail(error)
            finally:
                await self._shut()
                self._tried.set()
            await asyncio.sleep(pause)

    async def use(self, act: Callable[[Device], Awaitable[_T]], seconds: float) -> _T:
        """Run `act` alone with the device; as ``ports.Devices.use``."""
        try:
            return await self._do(act, seconds)
        except _NotAskedError:
            raise
        except DeviceError as error:
            self._judge(error)
            raise

    async def ask(self, seconds: float = limits.CHECK_S) -> State:
        """Ask the device how it is; RetryError when it cannot be asked."""
        try:
            health = await self._do(_health, seconds)
        except _NotAskedError:
            raise
        except DeviceError as error:
            self._lose(error)
            raise
        self._say(health)
        return self.state

    async def _session(self) -> None:
        """Open the device and stay with it until something ends it, which is raised."""
        if not self.known.address:
            raise RetryError(Code.UNPLUGGED)
        if self._calls.stuck >= limits.STUCK:
            raise StopError(Code.DRIVER_FAILED, stuck=self._calls.stuck)
        self._ended = ended = asyncio.get_running_loop().create_future()
        device = self._opened = self._made()
        await self._calls.call(device.open, limits.OPEN_S)
        health = await self._calls.call(lambda: _health(device), limits.CHECK_S)
        self._device = device
        self._say(health)
        self._tried.set()
        reader = self._begin_reading(device) if isinstance(device, Input) else None
        try:
            await self._watch(ended)
        finally:
            self._device = None
            if reader is not None:
                reader.cancel()
                await asyncio.wait({reader})

    def _made(self) -> Device:
        """Make the driver; one that cannot even be made has failed."""
        try:
            return self._desk.make(self.known)
        except DeviceError:
            raise
        except Exception as error:
            _LOG.error("the driver %s cannot be made: %s", self.known.driver, type(error).__name__)
            raise StopError(Code.DRIVER_FAILED) from None

    async def _watch(self, ended: "asyncio.Future[None]") -> None:
        """Look at the device now and then, and when somebody has met trouble; returns by raising."""
        while True:
            pause = limits.TROUBLE_S if self.state.trouble else limits.HEALTH_S
            look = asyncio.create_task(self._look.wait())
            waits: set[asyncio.Future[Any]] = {ended, look}
            try:
                await asyncio.wait(waits, timeout=pause, return_when=asyncio.FIRST_COMPLETED)
            finally:
                look.cancel()
            if ended.done():
                ended.result()
            self._look.clear()
            with suppress(_NotAskedError):  # somebody is at it, and will tell
                await self.ask()

    def _begin_reading(self, device: Input) -> "asyncio.Task[None]":
        """Read it in a task of its own, whose end is the session's."""

        def over(task: "asyncio.Task[None]") -> None:
            if not task.cancelled() and (error := task.exception()) is not None:
                _LOG.error("reading device %s ended: %s", self.known.device.hex()[:8], type(error).__name__)
                self._lose(StopError(Code.DRIVER_FAILED))

        reader = asyncio.create_task(self._read(device))
        reader.add_done_callback(over)
        return reader

    async def _read(self, device: Input) -> None:
        """Pass readings on, letting others at the device in between."""
        while True:
            pause = limits.READING_GAP_S
            try:
                async with self._turn:
                    reading = await self._next(device)
                if reading is not None and not self._desk.heard(self.known.device, reading):
                    raise RetryError(Code.GARBLED)
            except DeviceError as error:
                self._judge(error)
                pause = limits.READ_AGAIN_S
            await asyncio.sleep(pause)

    async def _next(self, device: Input) -> object | None:
        """Wait for a reading; None when somebody else wants the device."""
        task = self._calls.begin(device.next_reading)
        wanted = asyncio.create_task(self._wanted.wait())
        waits: set[asyncio.Future[Any]] = {task, wanted}
        try:
            await asyncio.wait(waits, return_when=asyncio.FIRST_COMPLETED)
        finally:
            wanted.cancel()
            ended = await self._calls.end(task)
        if not ended:
            raise StopError(Code.DRIVER_FAILED)
        return None if task.cancelled() else task.result()

    async def _do(self, act: Callable[[Device], Awaitable[_T]], seconds: float) -> _T:
        """Run `act` alone with the device, the wait for it included in the time."""
        loop = asyncio.get_running_loop()
        until = loop.time() + seconds
        async with self._alone(seconds) as device:
            try:
                return await self._calls.call(lambda: act(device), max(until - loop.time(), 0.001))
            except asyncio.CancelledError:
                self._lose(RetryError(Code.OFFLINE))  # in the midst of something: only a fresh line is clean
                raise

    @asynccontextmanager
    async def _alone(self, seconds: float) -> AsyncIterator[Device]:
        """Have the device for oneself; _NotAskedError ``device_timeout``, ``device_offline``, ``device_busy``."""
        if self._waiting >= limits.WAITING:
            raise _NotAskedError(Code.BUSY)
        self._waiting += 1
        self._wanted.set()
        try:
            async with asyncio.timeout(seconds):
                await self._tried.wait()
                await self._turn.acquire()
        except TimeoutError:
            raise _NotAskedError(Code.TIMEOUT, seconds=str(seconds)) from None
        finally:
            self._waiting -= 1
            if not self._waiting:
                self._wanted.clear()
        try:
            if self._device is None:
                raise _NotAskedError(Code.OFFLINE, trouble=self.state.trouble)
            yield self._device
        finally:
            self._turn.release()

    def _judge(self, error: DeviceError) -> None:
        """Decide what a failed call means for the device."""
        if error.code in _LOST:
            self._lose(error)
        elif not isinstance(error, StopError) and error.code not in _PASSING:
            self._look.set()

    def _lose(self, error: DeviceError) -> None:
        """End the session; from now on nobody is given the device."""
        if self._ended is not None and not self._ended.done():
            self._ended.set_exception(error)
            self._fail(error)

    def _fail(self, error: DeviceError) -> None:
        self._device = None
        self._set(self.state.now_is(self._desk.now(), ready=False, trouble=error.code.value))

    async def _shut(self) -> None:
        """Close the driver, once whoever uses it is done or has had the time."""
        device, ended, self._opened, self._ended = self._opened, self._ended, None, None
        if ended is not None and not ended.cancel():
            ended.exception()  # looked at: it was raised already, or came while the session ended
        if device is None:
            return
        with suppress(TimeoutError):
            async with asyncio.timeout(limits.CLOSE_S), self._turn:
                pass
        try:
            await self._calls.call(device.close, limits.CLOSE_S)
        except DeviceError as error:
            _LOG.warning("device %s did not close: %s", self.known.device.hex()[:8], error.code.value)

    def _say(self, health: Health) -> None:
        self._set(self.state.after(health, self._desk.now()))

    def _set(self, state: State) -> None:
        """Keep the state; tell when it is another."""
        old, self.state = self.state, state
        if not state.like(old):
            self._desk.changed(self.known.device)


async def _health(device: Device) -> Health:
    """Ask a device how it is; what a person has to mend is an answer too."""
    try:
        return checked(await device.check_health())
    except AskPersonError as error:
        return Health(error.code)


def _pause(error: DeviceError, failures: int) -> float:
    """How long to wait before the next try."""
    if isinstance(error, StopError) and error.code is not Code.DRIVER_FAILED:
        return limits.STOPPED_S
    return limits.BACK_OFF_S[min(failures, len(limits.BACK_OFF_S) - 1)]
