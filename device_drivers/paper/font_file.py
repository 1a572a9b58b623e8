"""Which font pictures are drawn with: the one that comes along, unless the program names its own, once, at its start.

Apart from ``fonts``, which loads Pillow: a program may name its font long before it draws.
"""

from pathlib import Path

_own: list[Path] = []


def use(path: str) -> bool:
    """Draw with this file from now on, with its first face; "": with what comes along. False when there is no file."""
    _own.clear()
    if path and not Path(path).is_file():
        return False
    if path:
        _own.append(Path(path))
    return True


def own() -> Path | None:
    """Return the program's own font."""
    return _own[0] if _own else None
