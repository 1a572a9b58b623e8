"""Attacks use the shops of the edge node's tests, the head office of HQ's and the readers of the drivers', together."""

import sys
from pathlib import Path

for _room in ("edge_node", "hq_server", "device_drivers"):
    _path = str(Path(__file__).parents[1] / _room)
    if _path not in sys.path:
        sys.path.append(_path)
