"""A running node lets people practise beside the real shop, and leaves nothing of it behind."""

from pathlib import Path

from app_branch import Front, config_at


async def test_a_node_serves_both_worlds(tmp_path: Path):
    """A new shop's first manager practises with the one-time PIN; the world is gone when the node has stopped."""
    folder = tmp_path / "edge"
    async with Front(config_at(folder)) as shop:
        (manager,) = shop.first
        body = {"staff": manager.number, "pin": manager.pin, "till": "t1"}
        seq = (await shop.health())["seq"]
        async with shop.client.post("/training/api/v1/sign-in", json=body) as response:
            answer = await response.json()
        assert response.status == 200
        assert answer["me"]["must_change_pin"] is False
        headers = {"Authorization": f"Bearer {answer['token']}"}
        async with shop.client.get("/training/api/v1/till", headers=headers) as response:
            assert (await response.json())["training"] is True
        assert (folder / "training.db").exists()
        assert (await shop.health())["seq"] == seq
    assert not list(folder.glob("training.db*"))
