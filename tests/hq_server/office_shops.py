"""Shops with real signed logs beside a head office for tests: their facts are applied and followed by read models."""

from hq_world import Ids, Shop

from hq_server.analysis import follow
from hq_server.head_office import users
from hq_server.head_office.act import CONSOLE
from hq_server.head_office.secrets import new_password
from hq_server.reconcile.apply import Reconciler
from hq_server.storage.database import open_connection, transaction

SECRET = []


class Hall:
    """What a shop needs of its head office."""

    def __init__(self, office):
        self.office = office
        self.conn = open_connection(office.path)
        self.ids = Ids("hall")
        self.now = office.now
        self.reconciler = Reconciler()

    def do(self, function, *args):
        """Run ``function(conn, hq, *args, now)`` in a transaction of its own."""
        self.now += 1000
        with transaction(self.conn):
            return function(self.conn, self.office.hq, *args, self.now)

    def shop(self, branch):
        """Open a shop of a branch that head office knows."""
        with transaction(self.conn):
            self.conn.execute(
                "INSERT OR IGNORE INTO branches (branch, name, created_at) VALUES (?, ?, 0)", (branch, f"{branch}店")
            )
        shop = OfficeShop(self, branch, self.ids())
        shop.open()
        return shop

    def settle(self, *shops):
        """Send, apply and follow everything."""
        for shop in shops:
            shop.send()
        self.do(self.reconciler.drain)
        self.follow()

    def follow(self):
        """Have the read models follow to the end."""
        with transaction(self.conn):
            while follow.step(self.conn):
                pass

    def branch_manager(self, name, branch, password):
        """Add the manager of a branch."""
        if not SECRET:
            SECRET.append(new_password(password, b"a salt for tests"))
        person = users.User(name, name, "branch_manager", active=True, must_change=False, branch=branch)
        with transaction(self.conn):
            users.create(self.conn, self.office.act(CONSOLE), person, SECRET[0])


class OfficeShop(Shop):
    """A shop of the chain that the office's own keys made."""

    @property
    def world_chain(self):
        """The chain every log of this office belongs to."""
        return self.world.office.keys.chain
