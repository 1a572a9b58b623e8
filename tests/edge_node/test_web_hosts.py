"""A page on the web that points its own name to the node gets nothing from it."""

import pytest
from web_shop import API, WebShop

from edge_node.web.hosts import known

NAMES = frozenset({"till.shop.example"})


@pytest.mark.parametrize(
    "host",
    [
        "127.0.0.1",
        "127.0.0.1:8080",
        "192.168.1.20:8080",
        "[::1]:8080",
        "[fe80::1]",
        "localhost:8080",
        "edge",
        "EDGE.local",
        "Till.Shop.Example:80",
    ],
)
def test_addresses_and_names_of_the_house_are_known(host: str):
    """Addresses, names without a dot, .local names and the configured ones reach the node."""
    assert known(host, NAMES)


@pytest.mark.parametrize(
    "host",
    [
        "",
        ":8080",
        "evil.example",
        "evil.example:8080",
        "127.0.0.1.evil.example",
        "local",
        "till.shop.example.evil.example",
        "evil.example.",
        "[evil.example]",
        "\udcff.example",
    ],
)
def test_names_of_the_public_web_are_not(host: str):
    """Any other name with a dot may be a stranger's."""
    assert known(host, NAMES) == (host == "local")


async def test_a_rebound_page_is_refused(web: WebShop):
    """Every route refuses it, also those that need no sign-in, with a code and its words."""
    for method, path in (("GET", "/health"), ("POST", "/sign-in"), ("GET", "/notices"), ("GET", "/openapi.json")):
        headers = {"Host": "evil.example:8080", "Origin": "http://evil.example:8080"}
        async with web.client.request(method, f"{API}{path}", headers=headers) as response:
            assert response.status == 421
            assert (await response.json())["code"] == "wrong_host"
            assert "Access-Control-Allow-Origin" not in response.headers
