"""Files of products from their first byte to the feed: looked at row by row, then applied as far as they are right."""

import base64

import pytest
from office_client import close_client, open_client

from hq_server.head_office import goods_limits

PRICE_LIST = """货号,商品名称,分类,售价,条码,成本,品牌,在售,等级价:gold
1001,珍珠奶茶,饮品,15.00,6901234510014,4.20,蜜雪,是,12
1002,可口可乐 500ml,饮品,三块五,,,,,
,菠萝包,糕点,8,6901234510021,,,,
1004,,糕点,8,,,,,
1001,珍珠奶茶,饮品,16,,,,,
1005,=1+1,糕点,8,,,,也许,
"""


@pytest.fixture
async def client(tmp_path):
    """A head office with people of each role."""
    client = await open_client(tmp_path)
    await client.sign_in("chen.jing")
    yield client
    await close_client(client)


async def upload(client, data, name="价目表.csv", part=50):
    """Send a file in small parts; return its id."""
    made = await client.ask("POST", "/imports", {"name": name, "size": len(data)})
    for n, start in enumerate(range(0, len(data), part)):
        body = {"data": base64.b64encode(data[start : start + part]).decode()}
        kept = await client.ask("PUT", f"/imports/{made['id']}/parts/{n}", body)
        assert kept["received"] == min(len(data), start + part)
    return made["id"]


async def read(client, data, **how):
    """Send and read a file; return its id."""
    made = await upload(client, data)
    job = await client.ended(await client.ask("POST", f"/imports/{made}/read", how))
    assert job["state"] == "done", job
    return made


async def rows(client, made, state=""):
    """The rows of a file as (number, state, item)."""
    answer = await client.ask("GET", f"/imports/{made}/rows?state={state}")
    return [(row["n"], row["state"], row["item"]) for row in answer["rows"]]


async def test_a_file_is_looked_at_row_by_row(client):
    """Each row says what it would do or what is wrong with it, by field; nothing is written yet."""
    made = await read(client, PRICE_LIST.encode("gb18030"))
    file = await client.ask("GET", f"/imports/{made}")
    assert file["plan"]["columns"] == [
        *("item", "name", "category", "price", "barcodes", "cost", "brand", "active", "level:gold")
    ]
    assert (file["state"], file["counts"]) == ("read", {"new": 2, "error": 4})
    answer = (await client.ask("GET", f"/imports/{made}/rows"))["rows"]
    assert [(row["n"], row["state"], row["item"]) for row in answer] == [
        (2, "new", "1001"),
        (3, "error", "1002"),
        (4, "new", "6901234510021"),
        (5, "error", "1004"),
        (6, "error", "1001"),
        (7, "error", "1005"),
    ]
    told = {one["field"]: one["after"] for one in answer[0]["told"]}
    assert (told["price"], told["cost"], told["brand"], told["level:gold"]) == ("15.00", "4.20", "蜜雪", "12.00")
    wrong = [[(one["field"], one["code"], one["value"]) for one in row["wrong"]] for row in answer if row["wrong"]]
    assert wrong == [
        [("price", "bad_money", "三块五")],
        [("name", "bad_text", "")],
        [("item", "twice", "1001")],
        [("name", "formula", ""), ("active", "not_yes_no", "也许")],
    ]
    assert (await client.ask("GET", "/products"))["rows"] == []


async def test_what_is_right_is_applied_and_the_rest_left_out(client):
    """Applying writes what is new or changed, with the terms that stay at head office; again it changes nothing."""
    made = await read(client, PRICE_LIST.encode())
    job = await client.ended(await client.ask("POST", f"/imports/{made}/apply"))
    assert (job["state"], job["done"], job["total"]) == ("done", 2, 2)
    tea = await client.ask("GET", "/products/1001")
    assert (tea["price"], tea["levels"], tea["barcodes"]) == (
        *(1500, [{"level": "gold", "price": 1200}]),
        ["6901234510014"],
    )
    (terms,) = (await client.ask("GET", "/products/1001/terms"))["terms"]
    assert (terms["brand"], terms["cost"]) == ("蜜雪", 420)
    assert (await client.ask("GET", f"/imports/{made}"))["counts"] == {"applied": 2, "error": 4}
    again = await read(client, PRICE_LIST.encode())
    assert (await client.ask("GET", f"/imports/{again}"))["counts"] == {"unchanged": 2, "error": 4}
    refusal = await client.ask("POST", f"/imports/{made}/apply", status=422)
    assert refusal["code"] == "bad_value"


async def test_a_file_of_two_columns_changes_prices_alone(client):
    """Columns that are not there and cells that are empty leave a product as it is."""
    body = {
        "name": "珍珠奶茶",
        "category": "饮品",
        "price": 1500,
        "weighed": True,
        "levels": [{"level": "a", "price": 9}],
    }
    before = await client.ask("PUT", "/products/1001", body)
    made = await read(client, "货号\t售价\t分类\n1001\t￥16.50\t\n".encode())
    (row,) = (await client.ask("GET", f"/imports/{made}/rows"))["rows"]
    assert row["told"] == [{"field": "price", "before": "15.00", "after": "16.50"}]
    await client.ended(await client.ask("POST", f"/imports/{made}/apply"))
    assert await client.ask("GET", "/products/1001") == {**before, "price": 1650}


async def test_columns_can_be_said_by_hand(client):
    """A heading that nobody knows is mapped by a person; the file is read again as said, from the row said."""
    made = await read(client, "价目\nA,B,C\n1,茶,3\n".encode())
    columns = ["item", "name", "price"]
    job = await client.ended(await client.ask("POST", f"/imports/{made}/read", {"heading": 1, "columns": columns}))
    assert job["state"] == "done"
    assert await rows(client, made) == [(3, "new", "1")]
    for wrong in ({"columns": ["item", "item"]}, {"columns": ["picture"]}, {"heading": 9}):
        told = await client.ended(await client.ask("POST", f"/imports/{made}/read", wrong))
        assert told["result"] == {"field": next(iter(wrong)), "reason": "", "limit": 0}
    await client.ask("POST", f"/imports/{made}/read", {"sheet": "x" * 101}, status=400)
    assert await rows(client, made) == [(3, "new", "1")]


async def test_parts_come_in_order_and_not_too_many(client):
    """A part again changes nothing, one out of order or beyond the size is refused; an unfinished file is not read."""
    made = (await client.ask("POST", "/imports", {"name": "a.csv", "size": 6}))["id"]
    part = {"data": base64.b64encode(b"abc").decode()}
    await client.ask("PUT", f"/imports/{made}/parts/0", part)
    assert (await client.ask("PUT", f"/imports/{made}/parts/0", part))["received"] == 3
    for n, data in ((2, b"d"), (1, b"defg")):
        body = {"data": base64.b64encode(data).decode()}
        assert (await client.ask("PUT", f"/imports/{made}/parts/{n}", body, status=422))["code"] == "bad_value"
    assert (await client.ask("POST", f"/imports/{made}/read", {}, status=422))["code"] == "bad_value"
    big = {"name": "a.csv", "size": goods_limits.IMPORT_BYTES + 1}
    assert (await client.ask("POST", "/imports", big, status=400))["code"] == "bad_request"


async def test_a_file_is_its_owners(client):
    """Nobody else reads, applies or forgets a file; who may not write products cannot send one."""
    made = await read(client, PRICE_LIST.encode())
    await client.sign_in("zhao.min")
    for method, path, body in (
        ("GET", f"/imports/{made}", None),
        ("DELETE", f"/imports/{made}", None),
        ("POST", f"/imports/{made}/read", {}),
        ("POST", f"/imports/{made}/apply", None),
    ):
        assert (await client.ask(method, path, body, status=404))["code"] == "unknown_row"
    await client.sign_in("li.na")
    for method, path, body in (
        ("POST", "/imports", {"name": "a.csv", "size": 6}),
        ("GET", f"/imports/{made}/rows", None),
        ("GET", "/import-template", None),
    ):
        assert (await client.ask(method, path, body, status=403))["code"] == "forbidden"
    await client.sign_in("chen.jing")
    await client.ask("DELETE", f"/imports/{made}")
    assert (await client.ask("GET", f"/imports/{made}", status=404))["code"] == "unknown_row"
    assert await rows(client, made) == []


async def test_old_files_make_room(client, monkeypatch):
    """Only the newest files are kept."""
    monkeypatch.setattr(goods_limits, "IMPORTS_KEPT", 2)
    made = []
    for _ in range(3):
        client.world.now += 1_000
        made.append((await client.ask("POST", "/imports", {"name": "a.csv", "size": 6}))["id"])
    assert (await client.ask("GET", f"/imports/{made[0]}", status=404))["code"] == "unknown_row"
    assert (await client.ask("GET", f"/imports/{made[2]}"))["state"] == "uploading"


async def test_the_template_comes_back_as_a_file(client):
    """The workbook to fill in is read by the import without a word more."""
    answer = await client.raw("GET", "/import-template?language=zh")
    made = await read(client, await answer.read())
    assert (await client.ask("GET", f"/imports/{made}"))["counts"] == {"new": 2}


@pytest.mark.parametrize(
    ("data", "reason"),
    [
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 600, "encrypted"),
        (b"PK\x03\x04" + b"\0" * 100, "not_readable"),
        (b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR" + bytes(range(256)), "not_readable"),
        (b" \r\n,,\r\n", "empty"),
    ],
)
async def test_a_wrong_file_is_told_as_what_it_is(client, data, reason):
    """An old or locked workbook, a picture, an empty table: people read which of them it was, and nothing is kept."""
    made = await upload(client, data, part=len(data))
    told = await client.ended(await client.ask("POST", f"/imports/{made}/read", {}))
    assert (told["state"], told["result"]["field"], told["result"]["reason"]) == ("done", "file", reason)
    assert (await client.ask("GET", f"/imports/{made}"))["state"] == "uploading"


async def test_too_many_rows_are_told_with_the_bound(client, monkeypatch):
    """A file with more rows than are taken is refused whole, with the number that is."""
    monkeypatch.setattr(goods_limits, "IMPORT_ROWS", 2)
    made = await upload(client, "货号,名称\n1,a\n2,b\n3,c\n".encode())
    told = await client.ended(await client.ask("POST", f"/imports/{made}/read", {}))
    assert told["result"] == {"field": "file", "reason": "too_many_rows", "limit": 2}


NONSENSE = """货号,名称,售价,成本,提成比例,品牌,条码
1,茶,1e309,1,1,x,
2,茶,十八,1,1,x,
3,茶,-1,1,1,x,
4,茶,99999999999999999999,1,1,x,
5,茶,1,1e309,1,x,
6,茶,1,1,1e999999,x,
7,茶,1,1,-1,x,
8,茶,1,1,100.1,x,
A/9,茶,1,1,1,x,
٣,茶,1,1,1,x,
a b,茶,1,1,1,x,
,茶,1,1,1,x,6.9E+12
13,茶,1,1,1,{brand},
14,{name},1,1,1,x,
15,茶,1,1,1,x,{codes}
16,茶,12.5%,1,1,x,
,,,,,,
17,好茶,１２．５,0,100%,x,
"""


async def test_nonsense_is_told_row_by_row_before_anything_is_written(client):
    """What no product can have is an error when the file is read, never when it is applied."""
    codes = " ".join(str(n) for n in range(33))
    text = NONSENSE.format(brand="牌" * 201, name="名" * 201, codes=codes)
    made = await read(client, text.encode())
    found = (await client.ask("GET", f"/imports/{made}/rows?limit=100"))["rows"]
    told = {row["n"]: [(one["field"], one["code"]) for one in row["wrong"]] for row in found}
    assert told == {
        **{n: [("price", "bad_money")] for n in (2, 3, 4, 17)},
        5: [("price", "bad_amount")],
        6: [("cost", "bad_money")],
        **{n: [("commission_per_mille", "bad_per_mille")] for n in (7, 8, 9)},
        **{n: [("item", "bad_code")] for n in (10, 11, 12)},
        13: [("barcodes", "rounded_number"), ("item", "needed")],
        14: [("brand", "bad_text")],
        15: [("name", "bad_text")],
        16: [("barcodes", "too_many")],
        19: [],
    }
    job = await client.ended(await client.ask("POST", f"/imports/{made}/apply"))
    assert (job["state"], job["done"]) == ("done", 1)
    assert (await client.ask("GET", "/products/17"))["price"] == 1250


async def test_a_product_refused_since_it_was_read_is_marked(client):
    """What was right when it was read and is refused when it is applied stays out, with its reason; the rest stands."""
    levels = ",".join(f"等级价:l{n}" for n in range(20))
    data = f"货号,名称,售价,{levels}\n1,茶,3{',1' * 20}\n2,咖啡,9\n"
    made = await read(client, data.encode())
    other = [{"level": f"m{n}", "price": 1} for n in range(20)]
    await client.ask("PUT", "/products/1", {"name": "茶", "price": 3, "levels": other})
    job = await client.ended(await client.ask("POST", f"/imports/{made}/apply"))
    assert job["state"] == "done"
    assert await rows(client, made) == [(2, "failed", "1"), (3, "applied", "2")]
