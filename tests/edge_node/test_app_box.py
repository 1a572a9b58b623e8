"""A box from its first start on: keys, lock, first manager, seed, what a power cut leaves, care."""

import asyncio
import json

import pytest
from app_branch import Front, config_at
from web_shop import DAY

from edge_node import box as boxes
from edge_node import care
from edge_node.config import ConfigError
from edge_node.errors import Code, EdgeError
from edge_node.lock import Lock, held
from edge_node.runtime import REAL
from edge_node.seed import read_seed
from provisioning.errors import AskPersonError as KeysError

SEED = {
    "products": [{"item": "tea", "name": "珍珠奶茶", "category": "饮品", "unit": "杯", "price": 1500}],
    "tiers": [{"code": "gold", "name": "金卡会员", "rank": 1}],
    "top_up_rules": [{"code": "r100", "name": "充100送10", "min_amount": 10000, "max_amount": 99900, "bonus": 1000}],
    "settings": [{"name": "rounding", "value": '"jiao_down"'}],
    "staff": [{"number": "301", "name": "赵敏", "roles": ["manager"], "pin": "135790"}],
}


async def test_a_new_shop_can_be_opened_by_its_first_manager(tmp_path):
    """The PIN told at the first start lets in once, only to set another one; then the shop is run with that."""
    async with Front(config_at(tmp_path / "edge")) as shop:
        ((number, pin),) = shop.first
        assert len(pin) == 6
        till = await shop.till(number, pin)
        refused = await till.refused("POST /shift", {"day": DAY, "float": 0})
        assert refused[1] == "pin_change_needed"
        await till.do("POST /me/pin", {"old": pin, "new": "864209"})
        till = await shop.till(number, "864209")
        await till.do("POST /shift", {"day": DAY, "float": 0})
        health = await shop.health()
        assert (health["standalone"], health["link"]["connected"]) == (True, False)


async def test_a_shop_is_started_once(tmp_path):
    """A second start finds the same shop and makes nobody."""
    config = config_at(tmp_path / "edge")
    async with Front(config) as shop:
        node = shop.app.node
    async with Front(config) as again:
        assert again.app.node == node
        assert again.first == []
    assert care.verify(config).ok


async def test_a_first_manager_is_no_history(tmp_path):
    """A box that was only started has nothing in its log but the log's own opening."""
    config = config_at(tmp_path / "edge")
    async with Front(config):
        pass
    assert care.status(config)["seq"] == 1


async def test_one_process_per_database(tmp_path):
    """A second process is refused by name of the first, and may start once that is gone."""
    config = config_at(tmp_path / "edge")
    async with Front(config):
        with pytest.raises(EdgeError) as caught:
            await Front(config).app.start()
        assert caught.value.code is Code.ALREADY_RUNNING
        assert int(caught.value.evidence["pid"]) > 0
        assert held(config.folder)
    assert not held(config.folder)
    async with Front(config) as again:
        assert again.app.port


async def test_a_start_that_fails_lets_go(tmp_path):
    """When the port is taken the lock and the database are free again."""
    first, second = config_at(tmp_path / "one"), tmp_path / "two"
    async with Front(first) as shop:
        taken = config_at(second)
        taken = type(taken)(data=taken.data, till=type(taken.till)(port=shop.app.port))
        with pytest.raises(ConfigError, match="cannot serve tills at 127"):
            await Front(taken).app.start()
    assert not held(second)
    assert care.verify(config_at(second)).ok


async def test_a_seed_file_fills_a_new_shop(tmp_path):
    """Products, tiers, rules, settings and staff are checked and written; a seed with staff needs no first manager."""
    seed = tmp_path / "seed.json"
    seed.write_text(json.dumps(SEED, ensure_ascii=False), encoding="utf-8")
    async with Front(config_at(tmp_path / "edge"), seed_file=seed) as shop:
        assert shop.first == []
        till = await shop.till("301", "135790")
        found = await till.get("/products?q=zznc")
        assert [row["name"] for row in found["products"]] == ["珍珠奶茶"]


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("{", "seed.json"),
        ('{"shelves": []}', "shelves"),
        ('{"products": [{"item": 5}]}', "$.products[0].item"),
        ("\xff", "seed.json"),
    ],
)
def test_a_broken_seed_names_its_place(tmp_path, text, told):
    """A seed that cannot be read is refused with the path of what is wrong."""
    seed = tmp_path / "seed.json"
    seed.write_bytes(text.encode("latin-1"))
    with pytest.raises(ConfigError, match="seed") as caught:
        read_seed(seed)
    assert told in str(caught.value)
    with pytest.raises(ConfigError, match="cannot read"):
        read_seed(tmp_path / "none.json")


async def test_a_refused_seed_leaves_no_half_shop(tmp_path):
    """One bad row undoes the whole first start; the next one begins from nothing."""
    seed = tmp_path / "seed.json"
    bad = {**SEED, "products": [*SEED["products"], {**SEED["products"][0], "item": "bad", "price": -1}]}
    seed.write_text(json.dumps(bad, ensure_ascii=False), encoding="utf-8")
    config = config_at(tmp_path / "edge")
    with pytest.raises(Exception, match="price"):
        await Front(config, seed_file=seed).app.start()
    async with Front(config) as shop:
        assert len(shop.first) == 1


def test_the_first_pin_is_told_before_it_counts(tmp_path):
    """A crash between telling and committing leaves no shop: the next start tells another PIN, which is valid."""
    config = config_at(tmp_path / "edge")
    config.folder.mkdir()
    told = []

    def crash(manager):
        told.append(manager)
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        boxes.prepare(boxes.open_or_make(config, REAL), REAL, announce=crash)
    boxes.prepare(boxes.open_or_make(config, REAL), REAL, announce=told.append)
    boxes.prepare(boxes.open_or_make(config, REAL), REAL, announce=told.append)
    assert len(told) == 2
    assert told[0].pin != told[1].pin


def test_a_database_without_its_keys_is_not_begun_anew(tmp_path):
    """A keystore that is gone is a matter for people: nothing is made over an unreadable database."""
    config = config_at(tmp_path / "edge")
    config.folder.mkdir()
    boxes.prepare(boxes.open_or_make(config, REAL), REAL)
    (config.folder / "keys").rename(tmp_path / "elsewhere")
    with pytest.raises(KeysError) as caught:
        boxes.open_or_make(config, REAL)
    assert caught.value.code == "keystore_missing"
    assert not (config.folder / "keys").exists()


def test_a_first_start_that_broke_off_is_not_looked_at(tmp_path):
    """Keys without a database are a box that has not begun; looking at it makes no database."""
    config = config_at(tmp_path / "edge")
    config.folder.mkdir()
    box = boxes.open_or_make(config, REAL)
    for look in (care.status, care.verify):
        with pytest.raises(EdgeError) as caught:
            look(config)
        assert caught.value.code is Code.NOT_STARTED
    assert not box.database.exists()


def test_the_wrong_keys_open_nothing(tmp_path):
    """Another box's keystore does not read this database."""
    for name in ("one", "two"):
        (tmp_path / name).mkdir()
        boxes.prepare(boxes.open_or_make(config_at(tmp_path / name), REAL), REAL)
    (tmp_path / "two" / "edge.db").replace(tmp_path / "one" / "edge.db")
    with pytest.raises(EdgeError) as caught:
        care.status(config_at(tmp_path / "one"))
    assert caught.value.code is Code.DATABASE_UNREADABLE


async def test_care_looks_at_a_node_that_serves(tmp_path):
    """Status and verify read one moment of the database beside the running node; restore has to wait."""
    config = config_at(tmp_path / "edge")
    async with Front(config):
        status = await asyncio.to_thread(care.status, config)
        assert (status["running"], status["standalone"], status["unsent"]) == (True, True, 0)
        json.dumps(status)
        report = await asyncio.to_thread(care.verify, config)
        assert (report.ok, report.entries) == (True, 1)
    assert not care.status(config)["running"]


def test_verify_finds_what_was_changed(tmp_path):
    """An entry altered behind the node's back is a violation, and so is a page that cannot be read."""
    config = config_at(tmp_path / "edge")
    config.folder.mkdir()
    box = boxes.open_or_make(config, REAL)
    boxes.prepare(box, REAL)
    with box.connection() as conn:
        conn.execute("UPDATE entries SET entry = CAST(entry || x'00' AS BLOB)")
    assert not care.verify(config).ok
    with box.connection() as conn:
        conn.execute("UPDATE entries SET entry = entry || x'ff'")
    assert care.verify(config).violations == ["the database cannot be read: OperationalError"]


def test_a_shop_of_its_own_needs_no_restore(tmp_path):
    """Nobody else ever held its rights: its backup simply goes on, and the command says so."""
    config = config_at(tmp_path / "edge")
    config.folder.mkdir()
    boxes.prepare(boxes.open_or_make(config, REAL), REAL)
    with pytest.raises(EdgeError) as caught:
        care.restore(config)
    assert caught.value.code is Code.NOT_ENROLLED
    assert care.status(config)["incarnations"] == 1


def test_a_lock_is_free_when_its_holder_lets_go(tmp_path):
    """The file stays, the lock does not."""
    lock = Lock(tmp_path)
    with pytest.raises(EdgeError):
        Lock(tmp_path)
    lock.release()
    Lock(tmp_path).release()
    assert (tmp_path / "lock").exists()
