"""Puts a simulated device behind a line: ``async with serve_tcp(machine) as line: … line.address``."""

from device_drivers.simulators.line import Line, LineFaults
from device_drivers.simulators.memory_serving import MemoryLine, memory_line, serve_memory

__all__ = ["Line", "LineFaults", "MemoryLine", "memory_line", "serve_memory"]
