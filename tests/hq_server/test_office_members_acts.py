"""What head office does with members: filters, freezing, consent, profiles, tags, own fields, who may see whom."""

import base64

import msgspec
import pytest
from office_client import close_client, open_client
from office_world import DAY, PASSWORD, open_world

from commerce.errors import CommerceError
from commerce.reference import MEMBERS_FEED, MemberRow
from edge_node.ledger.till_settings import FORMS, TillSettings, changed
from hq_server.distribution import rows
from hq_server.errors import HqError
from hq_server.head_office import branches, catalogue, fields, members, members_state, registration, tags, users
from hq_server.head_office.fields import Field
from hq_server.head_office.secrets import new_password
from hq_server.ledger import members as ledger_members
from hq_server.web.office.members import LISTINGS, MembersQuery
from sync_protocol.entry import decode_entry

ZHANG = registration.NewMember("b001", "张伟", "13800010001", consent="2026-1")
LI = registration.NewMember("b002", "李娜", "13900010002")
SECRET = new_password(PASSWORD, b"a salt for tests")
HAIR = Field("hair", "发质", "choice", ["干性", "油性"], required=True)


@pytest.fixture
def world(tmp_path):
    """A head office with two branches and a member of each."""
    world = open_world(tmp_path)
    world.do(branches.register, "b001", "南京路店")
    world.do(branches.register, "b002", "徐家汇店")
    world.zhang, world.li = (world.do(registration.register, new, DAY, world.entropy.id) for new in (ZHANG, LI))
    yield world
    world.conn.close()


def listed(world, at="", **asked):
    """Ids of the members that a list leaves."""
    pages = LISTINGS[0].pages(world.conn, MembersQuery(**asked), at, 200)
    return {bytes.fromhex(row.member) for page in pages for row in page.rows}


def freeze(world, member, frozen=True, reason="挂失"):
    """Freeze or thaw."""
    world.do(lambda conn, act: members_state.set_frozen(conn, act, member, reason, DAY, frozen=frozen))


def test_a_freeze_reaches_the_branches(world):
    """Frozen by HQ, the member's row says so to every branch; thawed, no more; each with a reason."""
    for frozen in (True, False):
        freeze(world, world.zhang, frozen)
        key = f"member:{world.zhang.hex()}"
        assert world.conn.execute("SELECT 1 FROM feed_dirty WHERE key = ?", (key,)).fetchone()
        body = rows.bodies(world.conn, world.hq, MEMBERS_FEED, [key], world.now)[key]
        assert msgspec.msgpack.decode(body, type=MemberRow).frozen is frozen
    with pytest.raises(HqError, match="bad_value"):
        freeze(world, world.zhang, reason="")
    with pytest.raises(HqError, match="unknown_member"):
        freeze(world, b"?" * 16)


def test_filters_narrow_the_list(world):
    """Tier, branch, state, tag and days of registration, alone and together."""
    freeze(world, world.li)
    world.do(tags.put, "VIP", "重点客户")
    world.do(tags.give, "VIP", [world.zhang])
    both = {world.zhang, world.li}
    for asked, expected in (
        ({}, both),
        ({"state": "active"}, {world.zhang}),
        ({"state": "frozen"}, {world.li}),
        ({"state": "merged"}, set()),
        ({"tag": "VIP"}, {world.zhang}),
        ({"tier": "gold"}, set()),
        ({"from_day": DAY, "to_day": DAY}, both),
        ({"from_day": "2026-12-01"}, set()),
        ({"tag": "VIP", "state": "frozen"}, set()),
    ):
        assert listed(world, **asked) == expected, asked
    assert listed(world, "b001") == {world.zhang}
    assert listed(world, "b001", q="13900010002") == set()


def test_a_lost_card_is_reported_and_found_again(world):
    """Head office tells each card's number and state; tills hear of a loss; nobody reports another one's card."""
    member = world.do(
        registration.register, registration.NewMember("b001", "赵敏", "", "80010001"), DAY, world.entropy.id
    )
    (card,) = members.detail(world.conn, member).cards
    (told,) = members.numbered(world.conn, world.hq.keys.member_key, [card])
    assert (told.number, told.state) == ("80010001", "active")

    def report(lost, whose=member, reason="来电挂失"):
        world.do(lambda conn, act: members_state.set_card(conn, act, whose, card.card, reason, DAY, lost=lost))

    for lost in (True, False):
        report(lost)
        key = f"member:{member.hex()}"
        body = rows.bodies(world.conn, world.hq, MEMBERS_FEED, [key], world.now)[key]
        assert msgspec.msgpack.decode(body, type=MemberRow).cards == ((card.card, "lost" if lost else "active"),)
        with pytest.raises(HqError, match="nothing_to_do"):
            report(lost)
    with pytest.raises(HqError, match="unknown_row"):
        report(lost=True, whose=world.zhang)
    with pytest.raises(HqError, match="bad_value"):
        report(lost=True, reason=" ")


def test_consent_is_withdrawn_once(world):
    """A withdrawal is a fact; there is nothing to withdraw twice."""
    assert members.detail(world.conn, world.zhang).consent == "2026-1"
    world.do(members_state.withdraw_consent, world.zhang, "来电要求", DAY)
    assert members.detail(world.conn, world.zhang).consent == ""
    with pytest.raises(HqError, match="no_consent"):
        world.do(members_state.withdraw_consent, world.zhang, "来电要求", DAY)


def edit(world, member, **values):
    """Edit a profile."""
    return world.do(members_state.edit_profile, member, values, DAY, world.entropy.id)


def test_a_profile_keeps_what_it_said_before(world):
    """An edit changes what is other, remembers what stood there, and finds the member by what is new."""
    assert edit(world, world.zhang, name="张伟伟", phone="138 0001 0009", gender="") == 2
    assert edit(world, world.zhang, name="张伟伟") == 0
    past = members_state.history(world.conn, world.zhang)
    assert {(one.field, one.value, one.branch) for one in past} == {("name", "张伟", ""), ("phone", "13800010001", "")}
    assert listed(world, q="zww") == listed(world, q="0009") == {world.zhang}
    assert listed(world, q="13800010001") == set()
    log = b"".join(entry for (entry,) in world.conn.execute("SELECT entry FROM own_log"))
    assert "张伟".encode() not in log
    assert world.conn.execute("SELECT count(*) FROM discrepancies").fetchone() == (0,)


ODD_NAMES = ('O\'Neil "李"', "🍵 面包师", "<img src=x onerror=alert(1)>", "1e309", "Null", "=1+1", "ﷺ%_\\")


@pytest.mark.parametrize("name", ODD_NAMES)
def test_odd_names_stay_as_they_are(world, name):
    """Quotes, emoji, markup and huge numbers are a name like any: kept, found, masked."""
    member = world.do(registration.register, registration.NewMember("b001", name), DAY, world.entropy.id)
    assert members.detail(world.conn, member).profile["name"] == name
    assert listed(world, q=name) == {member}
    world.do(fields.put, [Field("height", "身高", "number"), HAIR], 0)
    for odd in ("1e309", "NaN", "9" * 400):
        with pytest.raises((HqError, CommerceError)):
            edit(world, member, x_height=odd)
    assert edit(world, member, note=name) == 1


@pytest.mark.parametrize("name", ["\u202e张伟", "张\n伟", "\u200d", "\u3000", "\ud800", "张" * 41])
def test_what_nobody_can_read_is_no_name(world, name):
    """Turned, broken, empty or endless text is refused, naming the field."""
    with pytest.raises(HqError, match="bad_value") as refused:
        world.do(registration.register, registration.NewMember("b001", name), DAY, world.entropy.id)
    assert refused.value.evidence["field"] == "name"


def test_names_of_an_older_program_are_found_by_initials_too(world):
    """A database from before initials were kept is completed once."""
    world.conn.execute("DELETE FROM member_initials")
    assert listed(world, q="zw") == set()
    for _ in range(2):
        ledger_members.complete_initials(world.conn)
    assert listed(world, q="zw") == {world.zhang}


def test_profile_values_are_of_their_kind(world):
    """The chain's own fields take what their kind takes; a name cannot be emptied; cards are no fields."""
    own = [HAIR, Field("height", "身高", "number"), Field("since", "首次到店", "date")]
    world.do(fields.put, own, 0)
    assert edit(world, world.zhang, x_hair="干性", x_height="１７０", x_since="2026-01-02", note="老客户") == 4
    assert members.detail(world.conn, world.zhang).profile["x_height"] == "170"
    for odd in (
        {"x_hair": "卷"},
        {"x_height": "高"},
        {"x_since": "昨天"},
        {"x_pet": "猫"},
        {"name": " "},
        {"card:1": "9"},
        {"password": "x"},
        {"phone": "12ab"},
        {"note": "\u0007"},
    ):
        with pytest.raises((HqError, CommerceError)):
            edit(world, world.zhang, **odd)


def test_tills_read_the_fields_that_head_office_designs(world):
    """What the designer writes is what a till's setting takes, hidden ones too; versions stay, nobody overwrites."""
    hidden = Field("source", "来源", shown=False)
    assert world.do(fields.put, [HAIR, hidden], 0) == 1
    value = catalogue.get(world.conn, "", "setting:custom_fields").value
    decoded = msgspec.json.decode(value, type=FORMS["custom_fields"])
    read = changed(TillSettings(), "custom_fields", decoded).custom_fields
    assert [(one.name, one.required, one.shown) for one in read] == [("hair", True, True), ("source", False, False)]
    with pytest.raises(HqError, match="bad_value"):
        world.do(fields.put, [HAIR], 0)
    assert world.do(fields.put, [hidden, HAIR], 1) == 2
    assert [one.name for one in fields.read(world.conn)] == ["source", "hair"]
    assert [one.version for one in fields.versions(world.conn, 9)] == [2, 1]


@pytest.mark.parametrize(
    "odd",
    [
        [HAIR, HAIR],
        [Field("a", "甲", "choice")],
        [Field("a", "甲", "choice", ["一", "一"])],
        [Field("a", "甲", "text", ["一"])],
        [Field(f"f{n}", "甲") for n in range(25)],
        [Field("a", " ")],
    ],
)
def test_fields_that_no_till_could_read_are_refused(world, odd):
    """The designer takes nothing that a till would refuse."""
    with pytest.raises((HqError, CommerceError)):
        world.do(fields.put, odd, 0)
    assert fields.read(world.conn) == []


def test_tags_are_given_and_taken(world):
    """A tag counts its members; a dropped one is gone from all; strangers and unknown tags are refused."""
    world.do(tags.put, "VIP", "")
    assert world.do(tags.give, "VIP", [world.zhang, world.li]) == 2
    assert world.do(tags.give, "VIP", [world.zhang]) == 0
    assert [(tag.tag, tag.members) for tag in tags.every(world.conn)] == [("VIP", 2)]
    assert world.do(tags.take, "VIP", [world.li]) == 1
    assert members.detail(world.conn, world.zhang).tags == ("VIP",)
    for refused in ((tags.give, "无", [world.li]), (tags.give, "VIP", [b"?" * 16]), (tags.put, " VIP", "")):
        with pytest.raises(HqError):
            world.do(*refused)
    world.do(tags.drop, "VIP")
    assert (tags.every(world.conn), members.detail(world.conn, world.zhang).tags) == ([], ())


@pytest.fixture
async def client(tmp_path):
    """A head office with two branches and people of each role."""
    client = await open_client(tmp_path)
    await client.sign_in("chen.jing")
    for branch in ("b001", "b002"):
        await client.ask("PUT", f"/branches/{branch}", {"name": branch})
    client.members = [(await client.ask("POST", "/members", msgspec.to_builtins(new)))["member"] for new in (ZHANG, LI)]
    yield client
    await close_client(client)


async def test_a_branchs_manager_sees_its_own_members_alone(client):
    """Lists, one by id and filters: of b002 the manager of b001 learns nothing, not even that it is there."""
    user = users.User("wang.fang", "王芳", "branch_manager", active=True, must_change=False, branch="b001")
    await client.http.app_databases[-1].write(
        lambda conn: users.create(conn, client.world.act("console"), user, SECRET)
    )
    await client.sign_in("wang.fang")
    mine, other = client.members
    assert [row["member"] for row in (await client.ask("GET", "/members"))["rows"]] == [mine]
    assert (await client.ask("GET", "/members?q=13900010002"))["rows"] == []
    assert (await client.ask("GET", "/members?branch=b002", status=403))["code"] == "forbidden"
    assert (await client.ask("GET", f"/members/{mine}"))["member"]["member"] == mine
    assert (await client.ask("GET", f"/members/{other}", status=404))["code"] == "unknown_member"
    titles = [{"name": name, "title": name} for name in ("name", "phone")]
    wanted = {"listing": "listMembers", "columns": titles, "format": "csv", "title": "会员"}
    forbidden = await client.ask("POST", "/exports", {**wanted, "query": {"branch": "b002"}}, status=403)
    assert forbidden["code"] == "forbidden"
    job = await client.ended(await client.ask("POST", "/exports", wanted))
    text = (await (await client.raw("GET", f"/jobs/{job['job']}/file")).read()).decode("utf-8-sig")
    assert ("138****0001" in text, "139****0002" in text) == (True, False)
    for path in (f"/members/{mine}/profile/history", f"/members/{mine}/merge?into={other}", "/batches", "/adjustments"):
        assert (await client.ask("GET", path, status=403))["code"] == "forbidden"


async def test_a_merge_is_taken_back_over_the_api(client):
    """What it would change is told first; who only sees may not do it; afterwards each is a member again."""
    old, new = client.members
    await client.ask("POST", f"/members/{old}/merge", {"into": new, "reason": "同一个人"})
    told = await client.ask("GET", f"/members/{old}/unmerge")
    assert (told["keeper"], told["by"], told["reason"], told["acts"]) == (new, "chen.jing", "同一个人", [])
    assert (await client.ask("POST", f"/members/{old}/unmerge", {"reason": " "}, status=422))["code"] == "bad_value"
    assert await client.ask("POST", f"/members/{old}/unmerge", {"reason": "父子"}) == {"keeper": new}
    assert (await client.ask("GET", f"/members/{old}"))["member"]["alias_of"] == ""
    assert (await client.ask("GET", f"/members/{old}/unmerge", status=409))["code"] == "not_merged"
    user = users.User("wang.fang", "王芳", "branch_manager", active=True, must_change=False, branch="b001")
    await client.http.app_databases[-1].write(
        lambda conn: users.create(conn, client.world.act("console"), user, SECRET)
    )
    await client.sign_in("wang.fang")
    assert (await client.ask("GET", f"/members/{old}/unmerge", status=403))["code"] == "forbidden"


async def test_a_batch_runs_as_a_job(client):
    """Uploaded, proposed, run: the job counts rows, and the members have their value."""
    await client.sign_in("sun.qi")
    data = base64.b64encode("手机,金额\n13800010001,100\n13900010002,20\n123,5\n".encode()).decode()
    body = {"name": "团购", "tender": "bank_transfer", "file": "名单.csv", "data": data, "rule": ""}
    batch = await client.ask("POST", "/batches", body)
    assert (batch["sums"]["rows"], batch["sums"]["good"], batch["sums"]["amount"]) == (3, 2, 12_000)
    path = f"/batches/{batch['batch']}"
    bad = (await client.ask("GET", f"{path}/rows?show=bad"))["rows"]
    assert [(row["typed"], row["problem"]) for row in bad] == [("123", "no_member")]
    assert (await client.ask("POST", f"{path}/run", status=409))["code"] == "not_proposed"
    assert (await client.ask("POST", f"{path}/propose"))["state"] == "approved"
    job = await client.ask("POST", f"{path}/run")
    job = await client.ended(job)
    assert (job["state"], job["done"], job["total"]) == ("done", 2, 2)
    assert (await client.ask("GET", path))["state"] == "done"
    assert (await client.ask("GET", f"/members/{client.members[0]}"))["balances"] == {"principal": 10_000}


async def test_card_numbers_come_as_a_file_for_the_printer(client):
    """A batch of numbers is listed and fetched: one a line, digits alone."""
    made = await client.ask("POST", "/card-batches", {"prefix": "88", "digits": 6, "count": 3, "note": "首批"})
    assert (await client.ask("GET", "/card-batches"))["rows"] == [made]
    file = await client.raw("GET", f"/card-batches/{made['batch']}/file")
    lines = (await file.text()).split("\r\n")
    assert (lines[0], lines[1], len(lines)) == ("card_number", made["first_number"], 5)
    assert all(line.isdigit() for line in lines[1:4])
    entries = await client.http.app_databases[-1].read(
        lambda conn: conn.execute("SELECT entry FROM own_log ORDER BY seq DESC LIMIT 1").fetchall()
    )
    last = decode_entry(entries[0][0])
    told = msgspec.msgpack.decode(last.body)
    assert (told["act"], told["subject"], told["staff"]) == ("cards_exported", "88 100000 100002", "chen.jing")
