"""Signing in, passwords and users. Hashing takes 50 ms: it runs in a worker thread, outside the database's."""

import asyncio
import hashlib
from collections.abc import Callable
from typing import Annotated, Any, TypeVar

import msgspec

from foundation.http_api.problem import ApiError
from foundation.http_api.route import Call
from hq_server.errors import Code, InputError
from hq_server.head_office import limits, secrets, sign_in, users
from hq_server.web.office.work import PEOPLE, SELF, Done, Work, route

Name = Annotated[str, msgspec.Meta(pattern=limits.USER_NAME)]
Password = Annotated[str, msgspec.Meta(min_length=1, max_length=limits.PASSWORD[1])]
Display = Annotated[str, msgspec.Meta(min_length=1, max_length=limits.DISPLAY)]
USER = {"name": limits.USER_NAME}
_T = TypeVar("_T")


class SignInBody(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Name and password."""

    name: Annotated[str, msgspec.Meta(max_length=64)]
    password: Password


class OwnPasswordBody(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """The present password and the next one."""

    old: Password
    new: Password


class PasswordBody(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A password given by a manager; it must be changed at the next sign-in."""

    password: Password


class NewUserBody(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A new user; the password must be changed at the first sign-in."""

    name: Name
    display: Display
    role: str
    password: Password
    branch: Annotated[str, msgspec.Meta(max_length=16)] = ""


class UserBody(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """What a manager may change of a user."""

    display: Display
    role: str
    active: bool = True
    branch: Annotated[str, msgspec.Meta(max_length=16)] = ""


class User(msgspec.Struct, frozen=True):
    """One user. ``must_change``: nothing else is allowed before the password was changed.

    ``branch``: to which the user belongs, "" head office; ``duties``: what the user may do (``head_office.duties``).
    """

    name: str
    display: str
    role: str
    active: bool
    must_change: bool
    branch: str = ""
    duties: list[str] = []


class Users(msgspec.Struct, frozen=True):
    """All users."""

    users: list[User]


class SignedIn(msgspec.Struct, frozen=True):
    """A bearer token for the Authorization header, and until when it serves (ms)."""

    token: str
    expires_at: int
    user: User


def show_user(user: users.User) -> User:
    """A user as it is shown, with what the role allows."""
    named = (user.name, user.display, user.role)
    return User(*named, user.active, user.must_change, user.branch, sorted(user.duties))


def me(work: Work, call: Call) -> User:
    """Who is signed in."""
    return show_user(users.get(work.conn, call.user.name))


def sign_out(work: Work, call: Call) -> Done:
    """End this session."""
    sign_in.sign_out(work.conn, bytes.fromhex(call.user.token))
    return Done()


def list_users(work: Work, _: Call) -> Users:
    """All users."""
    return Users([show_user(user) for user in users.every(work.conn)])


def change_user(work: Work, call: Call) -> User:
    """Change a user."""
    body: UserBody = call.body
    user = users.User(call.params["name"], body.display, body.role, body.active, must_change=False, branch=body.branch)
    users.change(work.conn, work.act(call), user)
    return show_user(users.get(work.conn, user.name))


class Slow:
    """The operations that hash: each hashes in a worker thread, two at a time, then enters the database."""

    def __init__(self, run: Callable[..., Any], read: Callable[..., Any], random_bytes: Callable[[int], bytes]) -> None:
        """`run(fn, *args)`: ``fn(work, *args)`` in a write transaction; `read(fn, *args)`: ``fn(conn, *args)``."""
        self._run, self._read, self._random = run, read, random_bytes
        self._slots = asyncio.Semaphore(2)
        self._waiting = 0
        self.operations = {
            "signIn": self.enter,
            "changeOwnPassword": self.change_own_password,
            "resetPassword": self.reset_password,
            "createUser": self.create_user,
        }

    async def enter(self, call: Call) -> SignedIn:
        """Check name and password and open a session."""
        body: SignInBody = call.body
        token = self._random(limits.TOKEN_BYTES).hex()
        result = await self._attempt(body.name, body.password, hashlib.sha256(token.encode()).digest(), call.now)
        return SignedIn(token, result.expires_at, show_user(result.user))

    async def change_own_password(self, call: Call) -> Done:
        """Change one's own password, given the present one; all sessions end.

        A new one that is the old one changes nothing: whoever gave it would still know it.
        """
        body: OwnPasswordBody = call.body
        if body.old == body.new:
            raise InputError(Code.BAD_VALUE, field="new")
        name = call.user.name
        # The proof opens a session of its own that ends, like all others, when the password changes.
        proof = hashlib.sha256(self._random(limits.TOKEN_BYTES)).digest()
        await self._attempt(name, body.old, proof, call.now)
        secret = await self.hash(secrets.new_password, body.new)
        await self._run(lambda work: users.set_secret(work.conn, work.act(call), name, secret))
        return Done()

    async def reset_password(self, call: Call) -> Done:
        """Give another user a password."""
        secret = await self.hash(secrets.new_password, call.body.password)
        await self._run(lambda work: users.set_secret(work.conn, work.act(call), call.params["name"], secret))
        return Done()

    async def create_user(self, call: Call) -> User:
        """Add a user."""
        body: NewUserBody = call.body
        user = users.User(body.name, body.display, body.role, active=True, must_change=True, branch=body.branch)
        secret = await self.hash(secrets.new_password, body.password)
        await self._run(lambda work: users.create(work.conn, work.act(call), user, secret))
        return show_user(user)

    async def hash(self, make: Callable[[str, bytes], secrets.Secret], text: str) -> secrets.Secret:
        """Hash a new password or PIN with a fresh salt."""
        return await self._worked(make, text, self._random(limits.SALT_BYTES))

    async def _worked(self, make: Callable[[str, bytes], _T], text: str, salt: bytes) -> _T:
        """Hash in a worker thread, two at a time; ApiError ``busy`` when too many wait for their turn already."""
        if self._waiting >= limits.HASHES_WAITING:
            raise ApiError("busy")
        self._waiting += 1
        try:
            async with self._slots:
                return await asyncio.to_thread(make, text, salt)
        finally:
            self._waiting -= 1

    async def _attempt(self, name: str, password: str, token_hash: bytes, now: int) -> sign_in.SignedIn:
        """Try a password; ApiError ``sign_in_refused`` says no more than that, and when to try again."""
        salt = await self._read(sign_in.salt_of, name)
        digest = await self._worked(secrets.digest, password, salt)
        result = await self._run(lambda work: sign_in.sign_in(work.conn, name, digest, token_hash, now))
        if isinstance(result, sign_in.Refused):
            raise ApiError("sign_in_refused", retry_after_ms=max(0, result.retry_at - now))
        assert isinstance(result, sign_in.SignedIn)
        return result


ROUTES = (
    route("POST /sign-in", "signIn", "Sign in", SignedIn, body=SignInBody),
    route("POST /sign-out", "signOut", "End this session", Done, sign_out, roles=SELF),
    route("GET /me", "me", "Who is signed in", User, me, roles=SELF),
    route("POST /password", "changeOwnPassword", "Change one's own password", Done, body=OwnPasswordBody, roles=SELF),
    route("GET /users", "listUsers", "All users", Users, list_users, roles=PEOPLE),
    route("POST /users", "createUser", "Add a user", User, body=NewUserBody, roles=PEOPLE, status=201),
    route("PUT /users/{name}", "changeUser", "Change one", User, change_user, body=UserBody, roles=PEOPLE, params=USER),
    route(
        "POST /users/{name}/password",
        "resetPassword",
        "Give a user a password, to be changed at the next sign-in",
        Done,
        body=PasswordBody,
        roles=PEOPLE,
        params=USER,
    ),
)
