"""``POST /enrol``: a box joins the chain by a one-time code. Everything said is signed by both sides (provisioning)."""

import logging
from collections import OrderedDict
from collections.abc import Callable

from aiohttp import web

from hq_server.errors import Code, HqError, InputError
from hq_server.head_office import branches, enrolment_codes
from hq_server.ingest import registry
from hq_server.ingest.registry import Enrolment, Standing
from hq_server.ledger.context import Hq
from hq_server.storage.database import Connection, Database
from hq_server.web import limits
from provisioning.enrolment import granting, messages
from provisioning.enrolment.attempts import Attempts
from provisioning.enrolment.messages import EnrolmentRequest
from provisioning.errors import AskPersonError, ProvisioningError, TryLaterError
from provisioning.keys import HQKeys

log = logging.getLogger("stayopen.hq.enrolment")


class Enrolling:
    """The handler. ``changed()`` is called after a box has joined."""

    def __init__(
        self,
        database: Database,
        *,
        hq: Callable[[], Hq],
        keys: HQKeys,
        now: Callable[[], int],
        random_bytes: Callable[[int], bytes],
        changed: Callable[[], None],
    ) -> None:
        self._database = database
        self._hq = hq
        self._keys = keys
        self._now = now
        self._random_bytes = random_bytes
        self._changed = changed
        self._attempts: OrderedDict[str, Attempts] = OrderedDict()

    async def serve(self, request: web.Request) -> web.Response:
        """Answer one request: the grant, or why not."""
        source = request.remote or ""
        now = self._now()
        try:
            self._attempts.get(source, Attempts()).admit(now)
            asked = messages.decode_request(await request.read())
            grant = await self._database.write(self._answer, asked, now)
        except TryLaterError as error:
            seconds = str(-(-error.retry_after // 1000))
            return _refused(429, error.code.value, error.text, {"Retry-After": seconds})
        except ProvisioningError as error:
            self._failed(source, now)
            log.warning("enrolment refused code=%s", error.code.value)
            return _refused(403 if isinstance(error, AskPersonError) else 400, error.code.value, error.text)
        except HqError as error:
            log.warning("enrolment refused code=%s", error.code.value)
            return _refused(409, error.code.value, str(error))
        self._changed()
        return web.Response(body=grant, content_type="application/json")

    def _answer(self, conn: Connection, asked: EnrolmentRequest, now: int) -> bytes:
        """Check the code, write the grant and register the node, in one transaction."""
        hq = self._hq()
        found = enrolment_codes.load(conn, granting.code_id(asked))
        record, name = found if found is not None else (None, "")
        body = asked.body
        signing_key = bytes.fromhex(body.signing)
        standing = [_standing(head) for head in body.standing.logs]
        fresh = self._random_bytes(16)
        node = registry.id_for(conn, bytes.fromhex(body.standing.node), signing_key, fresh)
        offered = record.branch if record else ""
        branch = registry.branch_for(standing, body.standing.branch, offered)
        if branch != offered:
            _check_own(conn, node, branch)
        terms = granting.Terms(
            node=node,
            branch=branch,
            branch_name=name,
            epoch=(hq.epoch.n, hq.epoch.id),
        )
        answer = granting.answer(asked, record, self._keys, terms, now=now, random_bytes=self._random_bytes)
        if not answer.repeated:
            certificate = messages.decode_grant(answer.grant).body.node_certificate
            joining = Enrolment(
                terms.node, terms.branch, name, signing_key, body.import_key, certificate=certificate, standing=standing
            )
            registry.enrol_node(conn, hq, joining, now)
            enrolment_codes.used(conn, answer.record)
            log.info("enrolled branch=%s node=%s", terms.branch, terms.node.hex())
        return answer.grant

    def _failed(self, source: str, now: int) -> None:
        """Count a failure of one address."""
        self._attempts[source] = self._attempts.pop(source, Attempts()).failed(now)
        if len(self._attempts) > limits.SOURCES:
            self._attempts.popitem(last=False)


def _check_own(conn: Connection, node: bytes, branch: str) -> None:
    """Refuse a box that says to be a branch which the code is not for: its name must be new, or this box's already.

    Nothing proves a history before it is uploaded: a code for one shop must not replace another shop's box.
    """
    known = registry.find(conn, node)
    if branches.exists(conn, branch) and (known is None or known.branch != branch):
        raise InputError(Code.NODE_TAKEN)


def _standing(head: messages.LogHead) -> Standing:
    return bytes.fromhex(head.chain), bytes.fromhex(head.incarnation), head.seq, bytes.fromhex(head.head)


def _refused(status: int, code: str, text: str, headers: dict[str, str] | None = None) -> web.Response:
    return web.json_response({"code": code, "message": text}, status=status, headers=headers)
