"""Price and product labels of what the shop sells, printed while somebody waits for them, and shown on a screen.

**Once.** Printing is keyed, and the same key never prints twice. Before anything goes to the printer the key's answer
is committed as "interrupted: so many printed, so many more may have come out", and again before each further run; at
the end it becomes the real one. So whoever asks again under the same key waits for the batch if it still runs, and else
is told how far it came, also after a crash. What came out without the program knowing can't be taken back: it is told
as ``unsure``, at most one run of copies.

**Going on.** A refusal's ``printed`` counts labels of the list from its start. The same list with ``skip`` set to it,
under a new key, prints the rest.
"""

import asyncio
import base64
from collections.abc import Awaitable, Callable
from typing import Annotated, Any, NamedTuple

import msgspec
from msgspec import Meta

from commerce.errors import CommerceError
from device_drivers.limits import LABEL_COPIES
from edge_node.devices import labels
from edge_node.devices.labels import DESIGNS, Outcome, Run, Wanted
from edge_node.devices.limits import LABELS
from edge_node.devices.ports import Watched
from edge_node.errors import Code, EdgeError, MendInputError, NotNowError
from edge_node.ledger import answers, sign_ins
from edge_node.ledger.answers import Key, Reply
from edge_node.storage.database import Connection
from edge_node.web import keyed
from edge_node.web.fields import TILL, Amount, Body, Positive
from edge_node.web.fields import Code as Item
from edge_node.web.ports import Deps
from edge_node.web.sign_in import witness_of
from edge_node.web.words import ERRORS, problem_of, translate
from edge_node.web.work import SHIFT_LEAD, Done, Witness, Work, act, read
from foundation.http_api.problem import ApiError, tell
from foundation.http_api.route import Call, Ready

Design = Annotated[str, Meta(pattern=rf"^({'|'.join(DESIGNS)})$", description=" | ".join(DESIGNS))]
TillOrOwn = Annotated[str, Meta(pattern=rf"{TILL}|^$", description='"": the till that asks')]


class LabelBody(Body):
    """Labels of one product. ``old_price``: what it cost before, to be shown beside the price; more than that."""

    item: Item
    copies: Annotated[int, Meta(ge=1, le=LABEL_COPIES)] = 1
    old_price: Positive | None = None


class LabelsBody(Body):
    """What to print, in this order. ``till``: whose label printer; ``skip``: so many from the start are there already.

    At most 200 labels in all, copies counted.
    """

    design: Design
    labels: Annotated[list[LabelBody], Meta(min_length=1, max_length=LABELS)]
    till: TillOrOwn = ""
    skip: Annotated[int, Meta(ge=0, lt=LABELS)] = 0


class LabelQuery(Body):
    """A label to be seen. ``old_price`` 0: none."""

    design: Design
    item: Item
    old_price: Amount = 0


class LabelsPrinted(msgspec.Struct, frozen=True):
    """All labels are printed. ``printed``: how many the list has, skipped ones included; ``device``: who printed."""

    printed: int
    device: str


class LabelView(msgspec.Struct, frozen=True):
    """A label as a printer of 203 dpi prints it: a PNG as base64."""

    png: str


class _Batch(NamedTuple):
    """A batch that was begun, and what its answers are made of."""

    key: Key
    devices: Watched
    device: bytes
    runs: tuple[Run, ...]
    skip: int
    accept: str
    witness: Witness

    @property
    def wanted(self) -> int:
        return self.skip + sum(run.copies for run in self.runs)

    def interrupted(self, outcome: Outcome) -> Reply:
        """Answer as if everything ended now."""
        return self._refusal("labels_interrupted", outcome, "", "")

    def ended(self, outcome: Outcome) -> Reply:
        """Answer what became of it."""
        if outcome.trouble is None:
            result = LabelsPrinted(self.wanted, self.device.hex())
            return Reply(200, msgspec.json.encode(Done(result, self.witness, [])))
        trouble = translate(outcome.trouble)
        assert trouble is not None
        _, told = tell(ERRORS, trouble, self.accept)
        code = "labels_unsure" if outcome.unsure else "labels_stopped"
        return self._refusal(code, outcome, told.code, told.message)

    def _refusal(self, code: str, outcome: Outcome, trouble: str, why: str) -> Reply:
        counted = {"printed": self.skip + outcome.printed, "wanted": self.wanted, "unsure": outcome.unsure}
        status, problem = tell(ERRORS, ApiError(code, **counted, trouble=trouble, why=why), self.accept)
        return Reply(status, msgspec.json.encode(problem))


_Place = tuple[Watched, bytes] | NotNowError | ApiError
"""The devices and the printer among them, or why there is none."""


class Labels:
    """The slow routes of this page. `work`: makes a request's means inside its transaction."""

    def __init__(self, deps: Deps, work: Callable[[Connection, int], Work]) -> None:
        self._deps = deps
        self._work = work
        self._begins = asyncio.Lock()
        self._under_way: dict[Key, asyncio.Task[Reply]] = {}
        self._busy: set[bytes] = set()
        self._drawing = asyncio.Semaphore(1)

    def table(self) -> dict[str, Callable[[Call], Awaitable[Any]]]:
        """Return the handlers by the names of their routes."""
        return {"printLabels": self._print, "previewLabel": self._preview}

    async def _print(self, call: Call) -> Ready:
        """Begin a batch and wait for its end; asked again, wait for the one that runs or tell what was noted."""
        key = keyed.key_of(call)
        async with self._begins:  # between the look for a free printer and its being taken
            running = self._under_way.get(key)
            reply, batch = await self._deps.database.write(self._begin, call, key, self._place(call))
            started = None if batch is None else self._start(batch)
        if started is not None:
            return Ready(*await started)  # not shielded: when the program lets go of the request, printing ends too
        return Ready(*(reply if running is None else await asyncio.shield(running)))

    def _place(self, call: Call) -> _Place:
        """Choose a printer that is free; or say why there is none."""
        if self._deps.devices is None:
            return ApiError("devices_off")
        device = labels.printer(self._deps.devices, call.body.till or call.user.at)
        if device is None:
            return NotNowError(Code.NO_LABEL_PRINTER)
        return NotNowError(Code.LABELS_UNDER_WAY) if device in self._busy else (self._deps.devices, device)

    def _begin(self, conn: Connection, call: Call, key: Key, place: _Place) -> tuple[Reply, _Batch | None]:
        """Note the key before anything is printed; no batch: it was noted before, or is refused."""
        work = self._work(conn, call.now)
        batch: _Batch | None = None

        def begin(_: object) -> Reply:
            nonlocal batch
            if isinstance(place, Exception):
                raise place
            made = _runs(work, call.body)
            batch = _Batch(key, *place, made, call.body.skip, call.accept, witness_of(conn, work.node))
            return batch.interrupted(Outcome(0))

        def refuse(error: EdgeError | CommerceError) -> Reply:
            status, problem = problem_of(error, call.accept)
            return Reply(status, msgspec.json.encode(problem))

        digest = keyed.digest_of(self._deps.digest_key, call)
        reply = answers.once(conn, key, digest, call.now, work=begin, refuse=refuse)
        sign_ins.touch_sign_in(conn, bytes.fromhex(call.user.token), call.now)
        return reply, batch

    def _start(self, batch: _Batch) -> "asyncio.Task[Reply]":
        """Print in a task, which others may wait for too."""

        def ended(_: object) -> None:
            self._busy.discard(batch.device)
            del self._under_way[batch.key]

        self._busy.add(batch.device)
        task = self._under_way[batch.key] = asyncio.create_task(self._carry_out(batch))
        task.add_done_callback(ended)
        return task

    async def _carry_out(self, batch: _Batch) -> Reply:
        """Print, noting before each run what would be known if it were the last."""
        database = self._deps.database

        async def note(outcome: Outcome) -> None:
            await database.write(answers.amend, batch.key, batch.interrupted(outcome))

        reply = batch.ended(await labels.print_runs(batch.devices, batch.device, batch.runs, note))
        await database.write(answers.amend, batch.key, reply)
        return reply

    async def _preview(self, call: Call) -> LabelView:
        """Draw a label without printing it."""
        query: LabelQuery = call.query

        def made(conn: Connection) -> Run:
            work = self._work(conn, call.now)
            wanted = _wanted(work, query.item, 1, query.old_price)
            return labels.runs(query.design, (wanted,), work.book.settings.papers.language)[0]

        run = await self._deps.database.read(made)
        async with self._drawing:
            png = await asyncio.to_thread(labels.picture, run.label)
        return LabelView(base64.b64encode(png).decode())


def _runs(work: Work, body: LabelsBody) -> tuple[Run, ...]:
    """Lay out what is wanted; MendInputError ``too_many``, ``bad_request``, and as ``_wanted``."""
    total = sum(one.copies for one in body.labels)
    if total > LABELS:
        raise MendInputError(Code.TOO_MANY, limit=LABELS)
    if body.skip >= total:
        raise MendInputError(Code.BAD_REQUEST, field="skip")
    wanted = [_wanted(work, one.item, one.copies, one.old_price or 0) for one in body.labels]
    return labels.runs(body.design, wanted, work.book.settings.papers.language, body.skip)


def _wanted(work: Work, item: str, copies: int, old_price: int) -> Wanted:
    """Find the product; an old price that is no higher would be a false promise: MendInputError ``bad_request``."""
    product = labels.product(work.book.catalogue, item)
    if old_price and old_price <= product.price:
        raise MendInputError(Code.BAD_REQUEST, field="old_price")
    return Wanted(product, copies, old_price)


ROUTES = (
    act(
        "POST /labels",
        "printLabels",
        "Print labels of products",
        LabelsPrinted,
        None,
        body=LabelsBody,
        roles=SHIFT_LEAD,
    ),
    read(
        "/labels/preview", "previewLabel", "A label as a picture", LabelView, None, query=LabelQuery, roles=SHIFT_LEAD
    ),
)
