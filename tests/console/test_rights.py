"""Nobody gives, takes or keeps more than they may do themselves."""

from typing import Any
from uuid import UUID

from regulars.staff.queries import people
from regulars.staff.roles import PERMISSIONS

HEAD = "staff-see staff-change members-see till"


def membership(firm: Any, staff_id: UUID) -> UUID:
    found = firm.house.run(people(firm.id))
    return UUID(str(next(one.id for one in found if one.staff_id == staff_id)))


def test_a_head_of_staff_makes_nobody_more_than_they_are(firm: Any) -> None:
    head = firm.person(HEAD)
    mine = membership(firm, head.account.pk)
    page = head.get("staff-new").content.decode()
    assert 'value="owner"' not in page
    assert 'value="cashier"' not in page, "a cashier may more than this head"
    for role in ("owner", "marketer"):
        assert head.post("person", {"role": role}, membership_id=mine).status_code == 422
        body = {"email": f"x-{role}@firm.example", "role": role}
        assert head.post("staff-new", body).status_code == 422


def test_a_role_is_made_of_what_one_may_and_a_larger_one_is_left_alone(firm: Any) -> None:
    head, larger = firm.person(HEAD), firm.hire("members-see figures")
    wide = {"name": "everything", "permissions": PERMISSIONS}
    assert head.post("role-new", wide).status_code == 422
    narrow = {"name": "looks at members", "permissions": ["members-see"]}
    assert head.post("role-new", narrow).status_code == 200
    role_id = next(one.role_id for one in firm.house.run(people(firm.id))
                   if one.staff_id == larger)  # fmt: skip
    assert head.post("role-change", narrow, role_id=role_id).status_code == 422
    at = membership(firm, larger)
    assert head.post("staff-end", {}, membership_id=at).status_code == 422
    assert firm.person().get("person", membership_id=at).status_code == 200, "an owner may"


def test_who_works_in_one_shop_hires_for_that_shop(firm: Any) -> None:
    near, far = firm.new_shop("near"), firm.new_shop("far")
    head = firm.person(HEAD, [near.id])
    body = {"email": "kasia@firm.example", "role": str(_own_role(firm, head))}
    assert head.post("staff-new", body).status_code == 422, "not for all shops"
    assert head.post("staff-new", {**body, "shops": [str(far.id)]}).status_code == 422
    assert head.post("staff-new", {**body, "shops": [str(near.id)]}).status_code == 200


def _own_role(firm: Any, person: Any) -> Any:
    found = firm.house.run(people(firm.id))
    return next(one.role_id for one in found if one.staff_id == person.account.pk)


def test_who_works_in_one_shop_makes_and_revokes_its_keys(firm: Any) -> None:
    near = firm.new_shop("corner")
    head = firm.person("keys-see keys-change", [near.id])
    everywhere = firm.house.key(firm.organization, label="of all shops")
    key = {"label": "till 9", "scopes": ["purchases:write"], "shop": ""}
    assert head.post("key-new", key).status_code == 422, "not for any shop"
    assert head.post("key-new", {**key, "shop": str(near.id)}).status_code == 200
    managing = {**key, "shop": str(near.id), "scopes": ["keys:manage"]}
    assert head.post("key-new", managing).status_code == 422, "it would make others"
    listed = head.get("keys").content.decode()
    assert "till 9" in listed
    assert "of all shops" not in listed
    assert head.post("key-revoke", {}, prefix=everywhere.split("_")[1]).status_code == 404


def test_nobody_makes_a_key_that_may_what_they_may_not(firm: Any) -> None:
    key = {"label": "publisher", "scopes": ["programs:manage"], "shop": ""}
    hand = firm.person("keys-see keys-change drafts-write")
    assert 'value="programs:manage"' not in hand.get("key-new").content.decode()
    assert hand.post("key-new", key).status_code == 422, "it would publish what nobody approved"
    assert hand.post("key-new", {**key, "scopes": ["corrections:write"]}).status_code == 422
    assert hand.post("key-new", {**key, "scopes": ["purchases:write"]}).status_code == 200
    owner = firm.person()
    assert owner.post("key-new", key).status_code == 200, "an owner may both"
    alone = {**key, "scopes": ["programs:publish"]}
    assert owner.post("key-new", alone).status_code == 422, "the operator's to give"
    asked = """select made_by from api_key
                where organization_id = %s and label = 'publisher'
                  and 'programs:manage' = any (scopes)"""
    made = firm.house.connected(lambda one: one.execute(asked, (firm.id,)).fetchall())
    assert made == [(owner.account.pk,)]
