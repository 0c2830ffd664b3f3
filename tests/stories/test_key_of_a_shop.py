"""A key of one shop records nothing in the name of another."""

from regulars.organizations.operations import MANAGING, SCOPES, create_key, put_shop
from tests.corner import corner
from tests.serving import NOW, House, Server, Till, basket


def test_another_shop_in_the_body_is_refused(house: House, server: Server) -> None:
    organization = house.organization()
    house.apply(organization, corner())
    shop = house.run(
        put_shop(
            organization_id=organization.id, code="W1", name="W1", timezone="Europe/Warsaw",
            now=NOW,
        )
    )  # fmt: skip
    key = house.run(
        create_key(
            organization_id=organization.id,
            label="1",
            scopes=(*SCOPES, *MANAGING),
            now=NOW,
            shop_id=shop.id,
        )
    )
    till = Till(server.url, key.secret)
    anna = till.join()
    refused = till.refused("/v1/purchases", basket(anna, ("bread", 1, 100), shop="W2"))
    assert refused == (403, "forbidden")
    for said in ({}, {"shop": "W1"}):
        assert till.post("/v1/purchases", basket(anna, ("bread", 1, 100), **said))["id"]
    answer = till.http.get("/api/shops")
    assert (answer.status_code, answer.json()["code"]) == (403, "forbidden"), "it manages nothing"
