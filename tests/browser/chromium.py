"""The browser of the tests: where it is, how it is started, and how a machine gets one.

``python tests/browser/chromium.py`` sees to it before the tests: what is there is used; with root on Debian or Ubuntu
it and a Chinese font are installed; else it is said what to install. ``CI=true`` makes a missing browser a failure,
elsewhere the tests that need one are skipped.
"""

import os
import shutil
import subprocess
import sys

NAMES = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
PACKAGES = ("chromium", "fonts-wqy-microhei")
FLAGS = (
    *("--headless", "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-extensions"),
    *("--disable-background-networking", "--disable-component-update", "--disable-sync", "--disable-dev-shm-usage"),
    *("--disable-breakpad", "--no-default-browser-check", "--hide-scrollbars"),
)
"""No sandbox: containers forbid it, and the only pages are ours. The rest keeps it from speaking to anybody."""
ADVICE = (
    "no browser on this machine: install Chromium or Google Chrome and a Chinese font "
    f"(Debian: apt-get install {' '.join(PACKAGES)}), or name one by CHROMIUM=/its/path"
)
_INSTALL = ("apt-get", "install", "--yes", "--quiet", "--no-install-recommends", *PACKAGES)


def find() -> str:
    """Return the browser's program: the one that CHROMIUM names, else the first on PATH; "" none."""
    named = os.environ.get("CHROMIUM", "")
    if named:
        return shutil.which(named) or ""
    return next((path for name in NAMES if (path := shutil.which(name))), "")


def demanded() -> bool:
    """Whether tests without a browser are failures here."""
    return os.environ.get("CI", "").lower() in {"1", "true"}


def has_chinese() -> bool:
    """Whether some font shows Chinese; true where nobody can tell."""
    listing = shutil.which("fc-list")
    if listing is None:
        return True
    done = subprocess.run((listing, ":lang=zh", "family"), check=False, capture_output=True, text=True)
    return bool(done.stdout.strip())


def install() -> None:
    """Install browser and font where that is ours to do; a failure is told by what is missing afterwards."""
    if sys.platform != "linux" or os.geteuid() != 0 or shutil.which("apt-get") is None:
        return
    print("installing", *PACKAGES, "…", flush=True)
    quiet = os.environ | {"DEBIAN_FRONTEND": "noninteractive"}
    for words in (_INSTALL, ("apt-get", "update", "--quiet"), _INSTALL):
        done = subprocess.run(words, check=False, env=quiet, capture_output=True, text=True)
        if words is _INSTALL and done.returncode == 0:
            return
    print(done.stderr.strip()[-2000:], file=sys.stderr)


def main() -> int:
    """See to it that there is a browser; 1: there is none where one is demanded."""
    if not find() or not has_chinese():
        install()
    if find() and not has_chinese():
        print("no Chinese font on this machine: screenshots will show boxes", file=sys.stderr)
    if find():
        return 0
    print(ADVICE if demanded() else f"{ADVICE}. Until then the tests in a browser are skipped.", file=sys.stderr)
    return int(demanded())


if __name__ == "__main__":
    sys.exit(main())
