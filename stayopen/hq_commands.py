"""``stayopen hq …``: head office. All but ``serve`` work beside a serving HQ: each is one short transaction."""

import argparse
from collections.abc import Iterator
from contextlib import contextmanager, nullcontext
from dataclasses import asdict
from pathlib import Path
from typing import NamedTuple

import msgspec

from foundation import files, memory
from hq_server import app, config, runtime
from hq_server.core.verify_all import verify_all
from hq_server.head_office import branches, duties, enrolment_codes, health, limits, secrets, users
from hq_server.head_office.act import CONSOLE, Act
from hq_server.head_office.audit import note
from hq_server.head_office.values import business_day
from hq_server.ingest import bundles
from hq_server.ledger import start
from hq_server.reconcile.apply import Reconciler
from hq_server.storage.database import Connection, open_connection, transaction
from hq_server.storage.migrate import migrate
from provisioning.enrolment.granting import issue_code
from provisioning.keys import HQKeys, create_hq, load_hq
from provisioning.keystore import Keystore
from stayopen import hq_analysis, seed
from stayopen.hq_announce import announced
from stayopen.output import OK, Refusal, command, progress, say, verdict
from sync_protocol.errors import ProtocolError
from sync_protocol.limits import MAX_BUNDLE

DATA = "var/hq"
_ALPHABET = "23456789abcdefghjkmnpqrstuvwxyz"
"""Of generated passwords: nothing that looks like something else."""

_KEEP = "keep the file until the branch was online again: the branch itself counts it as unsent until then"


class Opened(NamedTuple):
    """HQ's database and keys, and who acts."""

    conn: Connection
    act: Act
    keys: HQKeys


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare the commands of the group."""
    group = parser.add_subparsers(metavar="COMMAND", required=True)
    init = command(group, "init", "make a chain: keys, certificates, database, first manager", _init, as_json=True)
    init.add_argument("--user", default="admin", help="sign-in name of the first manager (default: admin)")
    init.add_argument("--example", action="store_true", help="fill in the example chain of the demo")
    serve = command(group, "serve", "serve branches and the office; stop it with SIGTERM or Ctrl-C", _serve)
    for what, text in (("branch", "branches (TLS of the chain's own CA)"), ("office", "the office API (plain HTTP)")):
        serve.add_argument(f"--{what}-host", metavar="HOST", help=f"address for {text}")
        serve.add_argument(f"--{what}-port", metavar="PORT", type=int, help=f"port for {text}; 0: any")
    serve.add_argument("--announce", action="store_true", help="tell the LAN where branches reach HQ (mDNS)")
    code = command(group, "enrol-code", "print a one-time code for a branch's box", _enrol_code, as_json=True)
    code.add_argument("--branch", required=True, help="branch id: 1 to 16 lower-case letters, digits and hyphens")
    code.add_argument("--name", default="", help="what the branch is called")
    user = command(group, "user", "add a user of the office, or give one a new password", _user, as_json=True)
    user.add_argument("name", help="sign-in name")
    user.add_argument("--role", choices=duties.OFFICE_ROLES, default="manager", help="of a new user (default: manager)")
    status = command(group, "status", "tell how HQ and its branches are", _status, as_json=True)
    check = command(group, "verify", "check the whole database against a replay of all logs", _verify, as_json=True)
    anew = command(
        group, "rebuild-analysis", "make what lists and reports read anew from all logs", _anew, as_json=True
    )
    bring = command(group, "import", "take what a dark branch exported to a file", _import, as_json=True)
    bring.add_argument("file", type=Path, metavar="FILE", help="the .bundle file; keep it until the branch is online")
    for made in (init, user):
        made.add_argument(
            "--password-file", type=Path, metavar="FILE", help="first line: the password (else one is made)"
        )
    for made in (init, serve, code, user, status, check, anew, bring):
        made.add_argument("--config", type=Path, metavar="FILE", help="TOML file; the other options win over it")
        made.add_argument("--data", metavar="DIR", help=f"database and keys (default: {DATA})")


def run(args: argparse.Namespace) -> int:
    """Run the command that was chosen; return the exit code."""
    return int(args.act(args))


def _config(args: argparse.Namespace) -> config.Config:
    """The file's configuration with the command line's changes."""
    made = config.load(args.config)
    if args.data:
        made = msgspec.structs.replace(made, data=args.data)
    for what, part in (("branch", "branches"), ("office", "office")):
        asked = {name: getattr(args, f"{what}_{name}", None) for name in ("host", "port")}
        changes = {name: value for name, value in asked.items() if value is not None}
        if not 0 <= changes.get("port", 0) <= 65_535:
            raise Refusal(f"--{what}-port is a number from 0 to 65535")
        if changes:
            made = msgspec.structs.replace(made, **{part: msgspec.structs.replace(getattr(made, part), **changes)})
    return made


@contextmanager
def _opened(made: config.Config) -> Iterator[Opened]:
    """Open an HQ that was made before; HqError or ProvisioningError says what is wrong with it."""
    if not made.database.exists():
        raise Refusal(f"there is no HQ in {made.folder}; `stayopen hq init` makes one")
    keys = load_hq(Keystore(made.keystore))
    conn = open_connection(made.database)
    try:
        migrate(conn)
        yield Opened(conn, Act(start.load(conn, app.ledger_keys(keys), Reconciler()), CONSOLE, runtime.now_ms()), keys)
    finally:
        conn.close()


def _init(args: argparse.Namespace) -> int:
    """Make keys, then the database; a broken-off init goes on where it was."""
    made = _config(args)
    made.folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    now = runtime.now_ms()
    keys = load_hq(Keystore(made.keystore)) if made.keystore.exists() else _new_keys(made, now)
    password, given = _password(args)
    conn = open_connection(made.database)
    try:
        migrate(conn)
        with transaction(conn):
            incarnation, epoch = runtime.random_bytes(16), runtime.random_bytes(16)
            hq = start.create(conn, app.ledger_keys(keys), Reconciler(), incarnation, epoch, now)
            act = Act(hq, CONSOLE, now)
            user = users.User(args.user, args.user, "manager", active=True, must_change=not given)
            users.create(conn, act, user, _secret(password))
            if args.example:
                seed.seed(conn, act, business_day(now), runtime.random_bytes)
    finally:
        conn.close()
    value = {"chain": keys.chain.hex(), "user": args.user, "password": "" if given else password}
    told = "the password from the file" if given else f"password {password} (shown once, to be changed at sign-in)"
    say(args, value, f"chain {keys.chain.hex()}\nsign in to the office as {args.user}, {told}\nnow: stayopen hq serve")
    return OK


def _serve(args: argparse.Namespace) -> int:
    """Serve until told to stop."""
    memory.give_back()
    config = _config(args)
    # one socket a branch, and some for the office, the database and the logs
    files.allow(config.branches.most + 256)
    with announced(config) if args.announce else nullcontext():
        app.serve(config)
    return OK


def _enrol_code(args: argparse.Namespace) -> int:
    """Make a code."""
    branches.check_id(args.branch)
    with _opened(_config(args)) as hq, transaction(hq.conn):
        code, record = issue_code(
            hq.keys, args.branch, now=hq.act.now, random_bytes=runtime.random_bytes, lifetime=limits.ENROLMENT_LIFE
        )
        enrolment_codes.store(hq.conn, hq.act, record, args.name)
    value = {"branch": args.branch, "code": code.text, "expires_at": record.expires}
    say(args, value, f"{code.text}\nfor one box of {args.branch}, within {limits.ENROLMENT_LIFE // limits.DAY} days")
    return OK


def _user(args: argparse.Namespace) -> int:
    """Add a user or give a new password."""
    password, given = _password(args)
    with _opened(_config(args)) as hq, transaction(hq.conn):
        if any(user.name == args.name for user in users.every(hq.conn)):
            users.set_secret(hq.conn, hq.act, args.name, _secret(password))
        else:
            user = users.User(args.name, args.name, args.role, active=True, must_change=not given)
            users.create(hq.conn, hq.act, user, _secret(password))
    told = "the password from the file" if given else f"password {password} (shown once, to be changed at sign-in)"
    say(args, {"user": args.name, "password": "" if given else password}, f"{args.name}: {told}")
    return OK


def _status(args: argparse.Namespace) -> int:
    """Tell how HQ is."""
    with _opened(_config(args)) as hq:
        found = asdict(health.health(hq.conn, hq.act.hq, hq.act.now)) | {"chain": hq.keys.chain.hex()}
        shops = [asdict(shop) | {"incarnation": shop.incarnation.hex()} for shop in branches.page(hq.conn, "", -1)]
    lines = [f"{name}: {value}" for name, value in found.items()]
    lines += [f"  {shop['branch']} {shop['name']}: {_how(shop, hq.act.now)}" for shop in shops]
    say(args, {**found, "branch_list": shops}, "\n".join(lines))
    return OK


def _how(shop: dict[str, object], now: int) -> str:
    """One branch in a line."""
    heard = shop["heard_at"]
    assert isinstance(heard, int)
    when = f"heard {max(0, now - heard) // 1000} s ago" if heard else "never heard"
    return f"{when}, {shop['acked_seq']} entries, {shop['unsent']} unsent, {shop['discrepancies']} discrepancies"


def _verify(args: argparse.Namespace) -> int:
    """Check everything, in one read transaction."""
    with _opened(_config(args)) as hq, progress(args, "verify") as tell:
        hq.conn.execute("BEGIN")
        report = verify_all(hq.conn, tell)
        hq.conn.execute("ROLLBACK")
    return verdict(args, report.as_json())


def _anew(args: argparse.Namespace) -> int:
    """Empty the read models and follow all facts again; a serving HQ may take steps of it."""
    with _opened(_config(args)) as hq, progress(args, "read models") as tell:
        done = hq_analysis.make_anew(hq.conn, tell)
    say(args, {"entries": done}, f"made anew from {done} entries")
    return OK


def _import(args: argparse.Namespace) -> int:
    """Verify a bundle, then keep it in one transaction; a serving HQ applies it within seconds."""
    try:
        with args.file.open("rb") as file:
            data = file.read(MAX_BUNDLE + 1)
    except OSError as error:
        raise Refusal(f"cannot read {args.file}: {error.strerror}") from None
    with _opened(_config(args)) as hq:
        try:
            verified = bundles.open_bundle(hq.conn, hq.act.hq, app.identity(hq.keys).private_key_for, data)
            with transaction(hq.conn):
                kept = bundles.keep_bundle(hq.conn, hq.act.hq, verified, hq.act.now)
                if any(log.new or log.evidence for log in kept):
                    note(hq.conn, hq.act, "bundle_imported", verified.peer.branch, row=data)
        except ProtocolError as error:
            raise Refusal(f"nothing was taken from {args.file}: {error}") from None
    logs = [log._asdict() | {"incarnation": log.incarnation.hex()} for log in kept]
    lines = [f"{verified.peer.branch}, log {log['incarnation']} ({log['state']}): {_brought(log)}" for log in logs]
    say(args, {"branch": verified.peer.branch, "logs": logs}, "\n".join([*lines, _KEEP]))
    return OK


def _brought(log: dict[str, object]) -> str:
    """One log of a bundle in words."""
    return f"{log['new']} new, {log['known']} known, {log['evidence']} as evidence; held up to entry {log['seq']}"


def _new_keys(made: config.Config, now: int) -> HQKeys:
    """Make the chain's keys."""
    return create_hq(made.keystore, now=now, random_bytes=runtime.random_bytes)


def _password(args: argparse.Namespace) -> tuple[str, bool]:
    """The password of the file, or a new one; whether it was given."""
    if args.password_file is None:
        letters = "".join(_ALPHABET[byte % len(_ALPHABET)] for byte in runtime.random_bytes(16))
        return "-".join(letters[at : at + 4] for at in range(0, 16, 4)), False
    try:
        return args.password_file.read_text(encoding="utf-8").partition("\n")[0], True
    except (OSError, UnicodeDecodeError) as error:
        raise Refusal(f"cannot read {args.password_file}: {error}") from None


def _secret(password: str) -> secrets.Secret:
    """Hash a password with a fresh salt."""
    return secrets.new_password(password, runtime.random_bytes(limits.SALT_BYTES))
