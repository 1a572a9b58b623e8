"""What each page of the console must be: the browser complains of nothing, and nothing is wider than the window."""


class Watch:
    """Looks at page after page and gathers what is wrong with each, by its name."""

    def __init__(self, console):
        self.console = console
        self.faults = {}
        self._heard = []
        console.page.on("console", lambda message: self._heard.append(message.text) if message.type == "error" else 0)
        console.page.on("pageerror", lambda error: self._heard.append(str(error)))

    async def look(self, name):
        """Look at the page that is shown."""
        found, self._heard = self._heard, []
        wider = await self.console.overflow()
        if wider > 0:
            found.append(f"{wider} px wider than the window")
        alerts = await self.console.page.locator("main [role=alert], .el-message--error").all_inner_texts()
        found += [f"says: {text}" for text in alerts]
        if await self.console.page.locator(".empty strong", has_text=self.console.word("app.missing.title")).count():
            found.append("is missing")
        if not (await self.console.title.first.inner_text() if await self.console.title.count() else ""):
            found.append("has no title")
        if found:
            self.faults[name] = found
            print(name, *found, sep="\n    ")
