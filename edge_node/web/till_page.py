"""The till's screens at ``/``: what the build put into this package's ``till`` folder (see ``foundation.http_api``)."""

from pathlib import Path

from aiohttp import web

from foundation.http_api.pages import App

FOLDER = Path(__file__).parent / "till"
"""Where the build puts the screens."""

TILL = App(
    hints={
        "zh-CN": ("收银界面尚未构建", "营业数据都在，接口照常工作。请在程序目录运行 pip install . 后重新启动本程序。"),
        "zh-TW": (
            "收銀介面尚未建置",
            "營業資料都在，介面程式照常運作。請在程式目錄執行 pip install . 後重新啟動本程式。",
        ),
        "en": (
            "The till's screens were not built",
            "All data is safe and the API works. Run “pip install .” in the program's folder and start it again.",
        ),
    },
    taken=frozenset({"api", "display", "training"}),
)


def install(app: web.Application, folder: Path = FOLDER) -> None:
    """Add the screens in `folder` to `app`, or a page at ``/`` that tells how to build them."""
    TILL.install(app, folder)
