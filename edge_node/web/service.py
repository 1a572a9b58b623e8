"""The API for tills as an aiohttp application: joins the table of routes to the database, the ports and the words."""

import asyncio
from collections.abc import Awaitable, Callable, Mapping
from contextlib import suppress
from functools import cache
from pathlib import Path
from typing import Any

from aiohttp import web

from edge_node.ledger import sign_ins
from edge_node.ledger.node import present_node
from edge_node.ledger.sign_ins import PinRefused
from edge_node.storage.database import Connection
from edge_node.web import (
    card_proofs,
    customer_screen,
    display_page,
    hosts,
    keyed,
    limits,
    notices_socket,
    pictures,
    till_page,
    training,
)
from edge_node.web.card_proofs import CardProof
from edge_node.web.customer_screen import ScreenSignIns
from edge_node.web.device_acts import DeviceActs
from edge_node.web.labels import Labels
from edge_node.web.papers import Papers
from edge_node.web.payments import PaymentRef
from edge_node.web.pins import Pins
from edge_node.web.ports import Deps
from edge_node.web.rights_requests import RequestRef
from edge_node.web.sign_in import SignIns, principal_of, token_hash
from edge_node.web.sync import SyncActs
from edge_node.web.table import ROUTES, openapi_text
from edge_node.web.training import TrainingService
from edge_node.web.words import ERRORS, translate
from edge_node.web.work import PREFIX, Proof, Work
from foundation.http_api.problem import ApiError, Known
from foundation.http_api.route import Call, Principal, Route
from foundation.http_api.server import application, install


def build_app(deps: Deps, screens: Path = till_page.FOLDER) -> web.Application:
    """Make the application. Serve it with ``access_log=None``: the URL of a search may hold a phone number.

    `screens`: the folder of the till's built screens.
    """
    service = TillService(deps)
    app = application(service)
    app.middlewares.append(hosts.guard(deps.names))
    install(app, ROUTES, service)

    async def document(_: web.Request) -> web.Response:
        return web.Response(body=await asyncio.to_thread(_document), content_type="application/json")

    async def close_screens(_: web.Application) -> None:
        deps.notices.close()

    app.router.add_get(f"{PREFIX}/openapi.json", document)
    app.router.add_get(f"{PREFIX}/notices", notices_socket.serve(deps.notices, service.principal, service.now))
    pictures.install(app, deps)
    if deps.training_world is not None:
        training.mount(app, deps, TrainingService(service, deps.training_world, TillService))
    display_page.install(app)
    till_page.install(app, screens)
    app.on_shutdown.append(close_screens)
    return app


@cache
def _document() -> bytes:
    """Make the document when it is first asked for: most nodes are never asked, and it costs 1.5 MB."""
    return openapi_text()


class TillService:
    """Finds who asks and runs handlers on the database thread, keyed ones once."""

    errors: Mapping[str, Known] = ERRORS

    def __init__(self, deps: Deps) -> None:
        self._deps = deps
        self._pins = Pins(deps.database)
        slow = SignIns(deps, self._pins)
        self._slow: dict[str, Callable[[Call], Awaitable[Any]]] = {
            "signIn": slow.sign_in,
            "signOut": slow.sign_out,
            "signInCustomerScreen": ScreenSignIns(deps, self._pins).sign_in,
            **DeviceActs(deps, self._work).table(),
            **Labels(deps, self._work).table(),
            **Papers(deps, self._work).table(),
            **SyncActs(deps).table(),
        }

    def now(self) -> int:
        """Milliseconds since 1970."""
        return self._deps.runtime.now()

    async def principal(self, token: str, now: int) -> Principal | None:
        """Find whose token it is."""
        if not 0 < len(token) <= limits.TOKEN_CHARS:
            return None
        screen = customer_screen.principal_of(self._deps.digest_key, token)
        if screen is not None:
            return screen
        digest, node = token_hash(token), self._deps.node()
        found = await self._deps.database.read(sign_ins.find_sign_in, node, digest, now)
        return None if found is None else principal_of(node, found.staff, found.till, digest.hex())

    async def run(self, route: Route, call: Call) -> Any:  # noqa: ANN401  an answer of the route's type, or a Ready
        """Run a route's handler; what it notes happens after its commit."""
        if (slow := self._slow.get(route.name)) is not None:
            return await slow(call)
        if route.keyed:
            return await self._keyed(route, call)
        handler = route.handler
        assert handler is not None
        return await self._deps.database.read(lambda conn: handler(self._work(conn, call.now), call))

    async def check_pin(self, number: str, pin: str, now: int) -> None:
        """Check a PIN for somebody else's act; AskPersonError, and the failure is counted."""
        node = self._deps.node()
        proof = await self._pins.proof(node, number, pin)
        found = await self._deps.database.write(sign_ins.check_pin, node, number, proof.digest, now)
        if isinstance(found, PinRefused):
            raise found.error()

    def translate(self, error: Exception) -> ApiError | None:
        """Known errors as codes."""
        return translate(error)

    async def _keyed(self, route: Route, call: Call) -> Any:  # noqa: ANN401  an answer of the route's type, or a Ready
        """Do an act once; then tell the link, the screens and the till."""
        deps = self._deps
        keyed.key_of(call)
        work = self._work(None, call.now)
        work.proofs = await self._proofs(call)
        work.card_proof = await self._card_proof(call)
        digest = keyed.digest_of(deps.digest_key, call)

        def write(conn: Connection) -> keyed.Outcome:
            work.conn, work.node = conn, present_node(conn, work.node)
            return keyed.run(work, route, call, digest)

        outcome = await deps.database.write(write)
        if not outcome.repeated:
            self._after(work)
        if outcome.refusal is not None or outcome.stored is None:
            return outcome.refusal
        view = outcome.view
        if isinstance(outcome.stored.ref, RequestRef):
            view = await self._wait(call, outcome.stored, outcome.stored.ref)
        if isinstance(outcome.stored.ref, PaymentRef):
            view = await self._wait_payment(call, outcome.stored, outcome.stored.ref)
        return keyed.answer(outcome, view, deps.node(), deps.witness_frame)

    async def _wait(self, call: Call, stored: keyed.Stored, ref: RequestRef) -> Any:  # noqa: ANN401  an answer
        """Wait for HQ's answer as long as the till said; a cancelled request is only shown."""
        timeout_ms = getattr(call.body, "deadline_ms", 0)
        if timeout_ms:
            # the port keeps the deadline; a link in trouble must not keep the till all the same
            with suppress(TimeoutError):
                async with asyncio.timeout((timeout_ms + limits.REQUEST_GRACE_MS) / 1000):
                    await self._deps.wait_rights(ref.no, ref.n, timeout_ms)
        return await self._deps.database.read(lambda conn: keyed.see_again(self._work(conn, call.now), call, stored))

    async def _wait_payment(self, call: Call, stored: keyed.Stored, ref: PaymentRef) -> Any:  # noqa: ANN401  an answer
        """Wait for the provider as long as the till said."""
        if ref.wait_ms and self._deps.payments is not None:
            await self._deps.payments.settled(bytes.fromhex(ref.payment), ref.wait_ms)
        return await self._deps.database.read(lambda conn: keyed.see_again(self._work(conn, call.now), call, stored))

    def _after(self, work: Work) -> None:
        """Do what had to wait for the commit."""
        deps = self._deps
        if work.reference_changed:
            deps.books.forget()
        if work.devices_changed and deps.devices is not None:
            deps.devices.wake()
        for no, n in work.cancelled:
            deps.rights_cancelled(no, n)
        if deps.payments is not None:
            for payment, code in work.charges:
                deps.payments.begin(payment, code)
            deps.payments.wake()
        for kind, data in work.notices:
            deps.notices.publish(kind, **data)
        deps.committed()

    async def _proofs(self, call: Call) -> tuple[Proof, ...]:
        """Work the body's PINs before anything is locked."""
        if not hasattr(call.body, "pins"):
            return ()
        proofs: list[Proof] = []
        for number, pin, fresh in call.body.pins(call.user.name):
            if fresh:
                proofs.append(await self._pins.fresh(number, pin, self._deps.runtime.new_id()))
            else:
                proofs.append(await self._pins.proof(self._deps.node(), number, pin))
        return tuple(proofs)

    async def _card_proof(self, call: Call) -> CardProof | None:
        """Work the password of a member's cards; nobody's, or nobody known's, proves nothing."""
        text = card_proofs.typed(call)
        asked = None if text is None else await self._deps.database.read(card_proofs.asked, call)
        if text is None or asked is None:
            return None
        return CardProof(asked.member, await self._pins.digest(text, asked.salt))

    def _work(self, conn: Connection | None, now: int) -> Work:
        known = self._deps.node()
        node = known if conn is None else present_node(conn, known)
        return Work(conn, node, self._deps.link(now), self._deps)
