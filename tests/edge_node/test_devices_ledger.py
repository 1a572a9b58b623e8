"""The shop's devices as rows: found, moved, taken into use, put to work, forgotten."""

import pytest
from edge_shop import Shop
from hypothesis import given, settings
from hypothesis import strategies as st

from commerce.errors import InputError
from commerce.reference import SettingRow
from edge_node import limits
from edge_node.errors import MendInputError
from edge_node.ledger import device_roles, devices, reference_local
from edge_node.ledger.devices import Duty, Found, Setup, device_id
from edge_node.storage.database import open_connection
from edge_node.storage.migrate import migrate

PRINTER = Found("usb:04b8:0e15:X3YP", "escpos", {"columns": 48}, "usb:/dev/usb/lp0", "Epson TM-T88", "usb")
SCANNER = Found("usb:0c2e:0b61:22", "serial_scanner", {}, "serial:/dev/ttyACM0", "Honeywell", "usb")
NETWORK = Found("mdns:厨房", "escpos", {}, "tcp://192.168.1.50:9100", "厨房打印机", "mdns")
SETUP = Setup("前台小票机", "escpos", {"columns": 32}, (Duty("receipt"), Duty("drawer", "t1")))


def find(shop: Shop, what: Found) -> bool:
    """Find something now."""
    return shop.write(devices.found, what, shop.now)


def only(shop: Shop) -> devices.Known:
    """The one device there is."""
    (known,) = devices.listed(shop.conn)
    return known


def test_found_once_is_offered_once(shop: Shop):
    """What is found is offered, under an id that its identity gives; found again it is no news."""
    assert find(shop, PRINTER)
    assert not find(shop, PRINTER)
    known = only(shop)
    assert (known.state, known.device, known.options) == ("offered", device_id(PRINTER.identity), {"columns": 48})
    assert (known.name, known.address, known.found_at) == ("Epson TM-T88", "usb:/dev/usb/lp0", shop.now)


def test_sightings_are_kept_coarsely(shop: Shop):
    """A sighting soon after the last is not written; a later one is."""
    find(shop, PRINTER)
    begun = shop.now
    shop.now += limits.DEVICE_SEEN_MS - 1
    find(shop, PRINTER)
    assert only(shop).seen_at == begun
    shop.now += 1
    find(shop, PRINTER)
    assert only(shop).seen_at == shop.now


def test_moved_device_keeps_its_identity(shop: Shop):
    """With another address it is the same device with the same setup and duties."""
    find(shop, PRINTER)
    shop.write(devices.accept, device_id(PRINTER.identity), SETUP)
    assert find(shop, PRINTER._replace(address="usb:/dev/usb/lp1", name="other", options={}))
    known = only(shop)
    assert (known.state, known.address, known.name, known.options) == (
        "accepted",
        "usb:/dev/usb/lp1",
        "前台小票机",
        {"columns": 32},
    )
    assert len(devices.duties(shop.conn)) == 2


def test_offer_learns_its_driver(shop: Shop):
    """An offer that nobody could name gets the driver once it is known; what a person chose stays."""
    find(shop, PRINTER._replace(driver="", options={}))
    assert find(shop, PRINTER)
    assert only(shop).driver == "escpos"
    shop.write(devices.accept, device_id(PRINTER.identity), SETUP._replace(driver="escpos_wide"))
    assert not find(shop, PRINTER)
    assert only(shop).driver == "escpos_wide"


def test_unplugged_offer_ends(shop: Shop):
    """An offer ends with its thing; what is unknown is gone already."""
    find(shop, PRINTER)
    assert shop.write(devices.gone, PRINTER.identity, shop.now)
    assert devices.listed(shop.conn) == ()
    assert not shop.write(devices.gone, PRINTER.identity, shop.now)


def test_unplugged_device_loses_its_plug(shop: Shop):
    """A device in use stays without an address until it is plugged in again; one on the network keeps it."""
    for thing in (PRINTER, NETWORK):
        find(shop, thing)
        shop.write(devices.accept, device_id(thing.identity), SETUP)
    assert shop.write(devices.gone, PRINTER.identity, shop.now)
    assert not shop.write(devices.gone, NETWORK.identity, shop.now)
    addresses = {known.identity: known.address for known in devices.listed(shop.conn)}
    assert addresses == {PRINTER.identity: "", NETWORK.identity: NETWORK.address}
    assert find(shop, PRINTER)


def test_another_thing_at_the_same_plug_is_another_device(shop: Shop):
    """Nothing is sent to a new thing in the name of the old one that was plugged in there."""
    find(shop, PRINTER)
    shop.write(devices.accept, device_id(PRINTER.identity), SETUP)
    assert find(shop, SCANNER._replace(address=PRINTER.address))
    states = {known.identity: (known.state, known.address) for known in devices.listed(shop.conn)}
    assert states == {PRINTER.identity: ("accepted", ""), SCANNER.identity: ("offered", PRINTER.address)}


def test_typed_in_device_is_what_stands_there(shop: Shop):
    """What discovery sees at an address that somebody typed in is not offered beside it, and never moves it."""
    device = shop.new_id()
    shop.write(devices.add, device, NETWORK.address, SETUP, shop.now)
    assert not find(shop, NETWORK)
    assert (only(shop).device, only(shop).address, only(shop).found_by) == (device, NETWORK.address, "hand")


def test_typing_in_what_was_found_takes_it(shop: Shop):
    """Typing in the address of an offer accepts that offer; one of the network then stays there."""
    for thing, found_by in ((NETWORK, "hand"), (PRINTER, "usb")):
        find(shop, thing)
        known = shop.write(devices.add, shop.new_id(), thing.address, SETUP, shop.now)
        assert (known.device, known.state, known.found_by) == (device_id(thing.identity), "accepted", found_by)
    assert len(devices.listed(shop.conn)) == 2


def test_ignored_is_never_offered_again(shop: Shop):
    """What a person ignored does no work, stays ignored where it is found again, and can be accepted later."""
    find(shop, PRINTER)
    device = device_id(PRINTER.identity)
    shop.write(devices.accept, device, SETUP)
    shop.write(devices.ignore, device)
    assert devices.duties(shop.conn) == ()
    assert not find(shop, PRINTER._replace(address="usb:/dev/usb/lp7"))
    assert only(shop).state == "ignored"
    assert shop.write(devices.accept, device, SETUP).state == "accepted"


def test_forgotten_is_found_anew(shop: Shop):
    """A forgotten device leaves nothing behind; found again it is offered under the same id."""
    find(shop, PRINTER)
    device = device_id(PRINTER.identity)
    shop.write(devices.accept, device, SETUP)
    shop.write(devices.forget, device)
    assert (devices.listed(shop.conn), devices.duties(shop.conn)) == ((), ())
    assert find(shop, PRINTER)
    assert (only(shop).device, only(shop).state) == (device, "offered")


@pytest.mark.parametrize("act", [devices.ignore, devices.forget, devices.get])
def test_unknown_device_is_refused(shop: Shop, act):
    """Whoever names a device that is not there is told."""
    with pytest.raises(MendInputError, match="unknown_device"):
        shop.write(act, b"?" * 16)


def test_rule_takes_what_it_matches(shop: Shop):
    """A chain's rule takes a thing into use when it is found, by identity or driver, with all work it names."""
    rules = (
        '[{"match": "usb:04b8:*", "role": "receipt"}, {"match": "escpos", "role": "drawer", "till": "t1"},'
        ' {"match": "serial_*", "role": "scanner", "till": "t2"}]'
    )
    shop.write(reference_local.write_row, shop.node, SettingRow(device_roles.SETTING, rules), "setup", shop.now)
    for thing in (PRINTER, SCANNER, NETWORK):
        assert find(shop, thing)
    work = {(duty.device, duty.role, duty.till) for duty in devices.duties(shop.conn)}
    assert work == {
        (device_id(PRINTER.identity), "receipt", ""),
        (device_id(PRINTER.identity), "drawer", "t1"),
        (device_id(SCANNER.identity), "scanner", "t2"),
        (device_id(NETWORK.identity), "drawer", "t1"),
    }


def test_rule_leaves_what_a_person_decided(shop: Shop):
    """A rule neither takes an ignored device nor what nobody can name, and does not undo a person's setup."""
    find(shop, PRINTER)
    shop.write(devices.ignore, device_id(PRINTER.identity))
    row = SettingRow(device_roles.SETTING, '[{"match": "*", "role": "receipt"}]')
    shop.write(reference_local.write_row, shop.node, row, "setup", shop.now)
    find(shop, PRINTER)
    find(shop, SCANNER._replace(driver=""))
    assert {known.state for known in devices.listed(shop.conn)} == {"ignored", "offered"}
    find(shop, NETWORK)
    shop.write(devices.accept, device_id(NETWORK.identity), SETUP._replace(duties=(Duty("label"),)))
    assert not find(shop, NETWORK)
    assert [duty.role for duty in devices.duties(shop.conn)] == ["label"]


def test_later_rule_takes_an_offer(shop: Shop):
    """What stands offered is taken when it is seen after the rule came."""
    find(shop, NETWORK)
    row = SettingRow(device_roles.SETTING, '[{"match": "mdns:*", "role": "receipt"}]')
    shop.write(reference_local.write_row, shop.node, row, "setup", shop.now)
    assert find(shop, NETWORK)
    assert only(shop).state == "accepted"


@pytest.mark.parametrize(
    "value", ['{"match": "*"}', '[{"match": "*", "role": "cook"}]', '[{"match": "", "role": "label"}]', "[1]", "[[]]"]
)
def test_rules_without_sense_are_refused(shop: Shop, value):
    """Rules that say nothing are refused where they are written, and are no rules where they came from elsewhere."""
    with pytest.raises(InputError, match="bad_setting"):
        shop.write(reference_local.write_row, shop.node, SettingRow("device_rules", value), "setup", shop.now)


def test_ranks_close_up(shop: Shop):
    """Those of one role stand in a row: a new first one moves the others down, one that leaves closes the gap."""
    first, second, third = (shop.new_id() for _ in range(3))
    for number, device in enumerate((first, second, third)):
        setup = SETUP._replace(duties=(Duty("receipt"),))
        shop.write(devices.add, device, f"tcp://10.0.0.{number}:9100", setup, shop.now)
    shop.write(devices.set_duties, third, (Duty("receipt", rank=0), Duty("receipt", "t1")))
    assert [duty[2:] for duty in devices.duties(shop.conn) if not duty.till] == [(0, third), (1, first), (2, second)]
    shop.write(devices.set_duties, first, ())
    assert [duty[1:] for duty in devices.duties(shop.conn)] == [("", 0, third), ("", 1, second), ("t1", 0, third)]


def test_devices_are_bounded(shop: Shop, monkeypatch):
    """Beyond the bound the network's oldest offers give way to what is plugged in, and nothing that is in use."""
    monkeypatch.setattr(limits, "DEVICES", 3)
    used = shop.new_id()
    shop.write(devices.add, used, "tcp://10.0.0.1:9100", SETUP, shop.now)
    for number in range(10):
        shop.now += 1
        announced = NETWORK._replace(identity=f"mdns:{number}", address=f"tcp://10.0.1.{number}:9100")
        assert find(shop, announced) is (number < 2)
    assert [known.identity for known in devices.listed(shop.conn, "offered")] == ["mdns:0", "mdns:1"]
    assert find(shop, SCANNER)
    assert {known.identity for known in devices.listed(shop.conn, "offered")} == {"mdns:1", SCANNER.identity}
    for identity in ("mdns:1", SCANNER.identity):
        shop.write(devices.accept, device_id(identity), SETUP)
    assert not find(shop, PRINTER)
    with pytest.raises(MendInputError, match="too_many"):
        shop.write(devices.add, shop.new_id(), "tcp://10.0.0.2:9100", SETUP, shop.now)


def test_names_from_the_network_are_cut(shop: Shop):
    """A thing may call itself what it likes: control characters go, and no name is empty or long."""
    find(shop, NETWORK._replace(name="\x1b@\n" + "很长" * 100))
    assert only(shop).name == "@" + "很长" * 19 + "很"
    find(shop, PRINTER._replace(name="\x00 "))
    assert {known.name for known in devices.listed(shop.conn)} >= {"escpos"}


@pytest.mark.parametrize(
    "wrong",
    [
        PRINTER._replace(identity=""),
        PRINTER._replace(identity="usb:\x1b@"),
        PRINTER._replace(identity="x" * 257),
        PRINTER._replace(address=""),
        PRINTER._replace(address="tcp://\n"),
    ],
)
def test_names_that_are_none_are_refused(shop: Shop, wrong):
    """An identity or address with control characters, empty or too long is refused."""
    with pytest.raises(InputError, match="bad_text"):
        find(shop, wrong)
    assert devices.listed(shop.conn) == ()


def test_options_and_duties_are_bounded(shop: Shop):
    """Too many options or duties are refused."""
    device = shop.new_id()
    with pytest.raises(MendInputError, match="too_large"):
        options = {f"option{n}": n for n in range(500)}
        shop.write(devices.add, device, "tcp://10.0.0.2:9100", SETUP._replace(options=options), shop.now)
    duties = tuple(Duty("receipt", f"t{n}") for n in range(limits.DUTIES + 1))
    with pytest.raises(MendInputError, match="too_many"):
        shop.write(devices.add, device, "tcp://10.0.0.2:9100", SETUP._replace(duties=duties), shop.now)
    assert devices.listed(shop.conn) == ()


THINGS = [PRINTER, SCANNER, SCANNER._replace(identity="usb:1a86:7523:1", address=PRINTER.address), NETWORK]
ACTS = st.lists(
    st.tuples(
        st.sampled_from(["found", "gone", "accept", "ignore", "forget", "duties"]),
        st.integers(0, 3),
        st.lists(st.tuples(st.sampled_from(["receipt", "scanner"]), st.sampled_from(["", "t1"]), st.integers(0, 4))),
    ),
    max_size=25,
)


@settings(max_examples=60, deadline=None)
@given(acts=ACTS)
def test_rows_stay_consistent(acts):
    """After any acts ranks are 0, 1, 2 … in each row, duties are those of accepted devices, and a plug holds one."""
    conn = open_connection(":memory:", None)
    migrate(conn)
    for act, number, wanted in acts:
        thing = THINGS[number]
        device, duties = device_id(thing.identity), tuple(Duty(*one) for one in wanted)
        known = any(one.device == device for one in devices.listed(conn))
        if act == "found":
            devices.found(conn, thing, 1)
        elif act == "gone":
            devices.gone(conn, thing.identity, 1)
        elif act == "accept" and known:
            devices.accept(conn, device, Setup("设备", thing.driver, {}, duties))
        elif act == "ignore" and known:
            devices.ignore(conn, device)
        elif act == "forget" and known:
            devices.forget(conn, device)
        elif act == "duties" and any(one.device == device for one in devices.listed(conn, "accepted")):
            devices.set_duties(conn, device, duties)
    rows = devices.duties(conn)
    accepted = {known.device for known in devices.listed(conn, "accepted")}
    assert {duty.device for duty in rows} <= accepted
    for place in {duty[:2] for duty in rows}:
        line = [duty for duty in rows if duty[:2] == place]
        assert [duty.rank for duty in line] == list(range(len(line)))
        assert len({duty.device for duty in line}) == len(line)
    plugs = [known.address for known in devices.listed(conn) if known.address]
    assert len(plugs) == len(set(plugs))
    conn.close()
