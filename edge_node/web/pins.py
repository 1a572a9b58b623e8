"""PINs through scrypt, off the event loop and off the database thread: 50 ms and 16 MiB each, few at once."""

import asyncio

from edge_node.errors import Code, NotNowError
from edge_node.ledger import sign_ins
from edge_node.ledger.node import Node
from edge_node.storage.database import Database
from edge_node.web import limits
from edge_node.web.work import Proof


class Pins:
    """Works PINs; a flood of them is refused before it costs memory."""

    def __init__(self, database: Database) -> None:
        self._database = database
        self._turn = asyncio.Semaphore(limits.PINS_AT_ONCE)
        self._waiting = 0

    async def proof(self, node: Node, number: str, pin: str) -> Proof:
        """Work a PIN with the salt of its owner, to be checked against what is stored."""
        salt = await self._database.read(sign_ins.pin_salt, node, number)
        return Proof(number, salt, await self.digest(pin, salt))

    async def fresh(self, number: str, pin: str, salt: bytes) -> Proof:
        """Work a new PIN with a new salt, to be stored."""
        return Proof(number, salt, await self.digest(pin, salt), fresh=True)

    async def digest(self, pin: str, salt: bytes) -> bytes:
        """Work a PIN, or the password of a member's cards; NotNowError ``too_many`` in a flood."""
        if self._waiting >= limits.PINS_WAITING:
            raise NotNowError(Code.TOO_MANY, limit=limits.PINS_WAITING)
        self._waiting += 1
        try:
            async with self._turn:
                return await asyncio.to_thread(sign_ins.pin_digest, pin, salt)
        finally:
            self._waiting -= 1
