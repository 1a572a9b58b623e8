"""Puts a simulated device behind a line: ``async with serve_tcp(machine) as line: … line.address``.

``serve_pty`` stands for a serial port or a USB printer; ``memory_line(machine)`` is a transport with the machine at its
other end, for tests of drivers. All fail alike (``LineFaults``) and all can be looked at alike (``Line``).
"""

from device_drivers.simulators.line import Line
from device_drivers.simulators.line_faults import LineFaults
from device_drivers.simulators.memory_serving import MemoryLine, memory_line, serve_memory
from device_drivers.simulators.pty_serving import serve_pty
from device_drivers.simulators.tcp_serving import serve_tcp

__all__ = ["Line", "LineFaults", "MemoryLine", "memory_line", "serve_memory", "serve_pty", "serve_tcp"]
