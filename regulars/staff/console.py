"""Pages: who works here with which role, and what they did."""

from typing import Any
from uuid import UUID

from django import forms
from django.db import transaction
from django.http import HttpRequest
from django.urls import reverse
from django.utils.html import format_html, format_html_join

from regulars.kit.fields import LongSelect
from regulars.kit.pages import (
    Desk,
    Done,
    Link,
    Page,
    Place,
    Shown,
    Table,
    badge,
    code,
    labels_of,
    link,
    moment,
    refused,
    timezones,
    tongue,
    words_of,
)
from regulars.kit.problems import Conflict, Invalid, NotFound
from regulars.organizations.queries import shops as shops_of
from regulars.staff import notices, operations, queries
from regulars.staff.queries import Person, Role
from regulars.staff.record import audit, audit_event
from regulars.staff.roles import PERMISSIONS, ROLES, permission_name, permissions_of, role_name

_FEW = 3
say = words_of(__package__ or "")
word = labels_of(__package__ or "")


class PersonForm(forms.Form):
    email = forms.EmailField(label=word("email"))
    role = forms.ChoiceField(label=word("role"))
    shops = forms.MultipleChoiceField(
        required=False,
        widget=forms.CheckboxSelectMultiple,
        label=word("shops"),
        help_text=word("shops_help"),
    )

    def __init__(self, desk: Desk, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        own = desk.run(queries.roles(desk.organization_id))
        usual = [(role, role_name(role, tongue())) for role in ROLES
                 if permissions_of(role) <= desk.permissions]  # fmt: skip
        ours = [(str(r.id), r.name) for r in own if desk.permissions.issuperset(r.permissions)]
        self.fields["role"].choices = [*usual, *ours]  # type: ignore[attr-defined]
        found = desk.run(shops_of(desk.organization_id))
        choices = [(str(shop.id), f"{shop.code} {shop.name}") for shop in found
                   if not desk.shops or shop.id in desk.shops]  # fmt: skip
        self.fields["shops"].choices = choices  # type: ignore[attr-defined]
        self.fields["shops"].required = bool(desk.shops)
        if not choices:
            del self.fields["shops"]

    def chosen(self) -> dict[str, Any]:
        """Role and shops, as the operations want them."""
        role = self.cleaned_data["role"]
        usual = role in ROLES
        return {
            "role": role if usual else "",
            "role_id": None if usual else UUID(role),
            "shops": [UUID(shop) for shop in self.cleaned_data.get("shops", ())],
        }


class RoleForm(forms.Form):
    name = forms.CharField(max_length=60, label=word("role_name"))
    permissions = forms.MultipleChoiceField(
        widget=forms.CheckboxSelectMultiple, label=word("role_permissions")
    )

    def __init__(self, desk: Desk, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        choices = [(code, permission_name(code, tongue())) for code in PERMISSIONS
                   if desk.may(code)]  # fmt: skip
        self.fields["permissions"].choices = choices  # type: ignore[attr-defined]


class OrganizationForm(forms.Form):
    name = forms.CharField(max_length=200, label=word("org_name"))
    slug = forms.RegexField(
        "^[a-z0-9][a-z0-9_-]*$",
        max_length=63,
        label=word("org_slug"),
        help_text=word("org_slug_help"),
        error_messages={"invalid": word("org_slug_bad")},
    )
    timezone = forms.ChoiceField(choices=timezones, widget=LongSelect, label=word("timezone"))


def organizations(request: HttpRequest, desk: Desk) -> Shown:
    rows = [
        (
            code(place.slug),
            place.name,
            role_name(place.role, tongue()) if place.role else place.role_name,
            ", ".join(program.name for program in place.programs),
        )
        for place in desk.places
    ]
    table = Table(
        [say(name) for name in ("org_slug", "org_name", "role", "programs")],
        rows,
        empty="",
        actions=[Link(say("organization-new"), "organization-new", icon="add", primary=True)],
        intro=say("organizations_intro"),
    )
    return Shown("console/list.html", {"table": table})


def organization_new(request: HttpRequest, desk: Desk) -> Shown | Done:
    form = OrganizationForm(request.POST or None, initial={"timezone": desk.timezone})
    if not form.is_valid():
        return _form(form)
    data = form.cleaned_data
    try:
        with transaction.atomic():
            desk.run(
                operations.found_organization(
                    staff_id=desk.staff_id,
                    at_desk=desk.organization_id,
                    now=desk.real_now,
                    **data,
                )
            )
    except Conflict:
        form.add_error("slug", say("org_slug_taken"))
        return _form(form)
    return Done(data["slug"], to="organizations", message=say("organization_made"), details=data)


def staff(request: HttpRequest, desk: Desk) -> Shown:
    can = desk.may("staff-change")
    rows = [
        (
            link(person.email, "person", membership_id=person.id) if can else person.email,
            person.name,
            role_name(person.role, tongue()) if person.role else person.role_name,
            ", ".join(person.shop_codes) or say("all_shops"),
            moment(person.last_login, desk.timezone) if person.last_login else badge(say("never")),
        )
        for person in desk.run(queries.people(desk.organization_id))
    ]
    table = Table(
        [say(name) for name in ("email", "person_name", "role", "shops", "last_seen")],
        rows,
        empty=say("no_staff"),
        actions=[Link(say("staff-new"), "staff-new", icon="person_add", primary=True)],
        intro=say("staff_intro"),
    )
    return Shown("console/list.html", {"table": table})


def staff_new(request: HttpRequest, desk: Desk) -> Shown | Done:
    """An invitation is a link for the inviting person to pass on; it is shown once."""
    form = PersonForm(desk, request.POST or None)
    if not form.is_valid():
        return _form(form)
    email, chosen = form.cleaned_data["email"], form.chosen()
    try:
        invited = desk.run(
            operations.invite(
                email=email, organization_id=desk.organization_id, now=desk.real_now, **chosen
            )
        )
    except Conflict:
        form.add_error("email", say("works_here"))
        return _form(form)
    except Invalid:
        form.add_error("email", say("bad_email"))
        return _form(form)
    details = {"role": form.cleaned_data["role"], "shops": len(chosen["shops"])}
    if invited.token is None:
        return Done(email, to="staff", message=say("joined", email=email), details=details)
    context = {
        "secret": request.build_absolute_uri(reverse("welcome", args=[invited.token])),
        "secret_label": say("invited_link", email=email),
        "warning": say("invited_once"),
        "on": Link(say("invited_on"), "staff"),
    }
    done = Done(email, details=details)
    return Shown("console/secret.html", context, title=say("invited"), done=done)


def person(request: HttpRequest, desk: Desk, membership_id: UUID) -> Shown | Done:
    found = _person(desk, membership_id)
    before = {
        "email": found.email,
        "role": found.role or str(found.role_id),
        "shops": [str(shop) for shop in found.shops],
    }
    form = PersonForm(desk, request.POST or None, initial=before)
    form.fields["email"].disabled = True
    end = Link(say("staff-end"), "staff-end", {"membership_id": membership_id}, "person_remove")
    if form.is_valid():
        try:
            desk.run(
                operations.change_membership(
                    organization_id=desk.organization_id,
                    membership_id=membership_id,
                    **form.chosen(),
                )
            )
        except Conflict:
            form.add_error("role", say("last_owner"))
        else:
            details = {"from": before["role"], "to": form.cleaned_data["role"]}
            return Done(found.email, to="staff", message=say("changed"), details=details)
    return _form(form, title=found.email, actions=[end])


def staff_end(request: HttpRequest, desk: Desk, membership_id: UUID) -> Shown | Done:
    found = _person(desk, membership_id)
    question, wrong = say("end_sure", email=found.email), ""
    if request.method == "POST":
        try:
            desk.run(
                operations.end_membership(
                    organization_id=desk.organization_id,
                    membership_id=membership_id,
                    now=desk.real_now,
                )
            )
            return Done(found.email, to="staff", message=say("ended"))
        except Conflict:
            wrong = say("last_owner")
    context = {"question": question, "yes": say("staff-end"), "refused": wrong}
    return Shown("console/sure.html", context, status=200 if request.method == "GET" else 409)


def roles(request: HttpRequest, desk: Desk) -> Shown:
    can = desk.may("staff-change")
    usual = [
        (role_name(role, tongue()), badge(say("role_usual")), _may(sorted(permissions_of(role))))
        for role in ROLES
    ]
    own = [
        (
            link(role.name, "role-change", role_id=role.id) if can else role.name,
            badge(say("role_own"), "good"),
            _may(role.permissions),
        )
        for role in desk.run(queries.roles(desk.organization_id))
    ]
    table = Table(
        [say("role_name"), say("role_kind"), say("role_permissions")],
        [*own, *usual],
        empty=say("role_none"),
        actions=[Link(say("role-new"), "role-new", icon="add", primary=True)],
        intro=say("roles_intro"),
    )
    return Shown("console/list.html", {"table": table})


def role_new(request: HttpRequest, desk: Desk) -> Shown | Done:
    return _role(desk, RoleForm(desk, request.POST or None))


def role_change(request: HttpRequest, desk: Desk, role_id: UUID) -> Shown | Done:
    found = next(
        (r for r in desk.run(queries.roles(desk.organization_id)) if r.id == role_id), None
    )
    if found is None:
        raise NotFound("There is no such role here.")
    if not desk.permissions.issuperset(found.permissions):
        raise refused(say("beyond_you"))
    initial = {"name": found.name, "permissions": found.permissions}
    return _role(desk, RoleForm(desk, request.POST or None, initial=initial), found)


def _person(desk: Desk, membership_id: UUID) -> Person:
    """Somebody whom this person may change: nobody takes what they may not do themselves."""
    people = desk.run(queries.people(desk.organization_id))
    found = next((one for one in people if one.id == membership_id), None)
    if found is None:
        raise NotFound("Nobody of that kind works here.")
    theirs = permissions_of(found.role) if found.role else _permissions(desk, found.role_id)
    elsewhere = desk.shops and not (found.shops and desk.shops.issuperset(found.shops))
    if elsewhere or not theirs <= desk.permissions:
        raise refused(say("beyond_you"))
    return found


def _permissions(desk: Desk, role_id: UUID | None) -> frozenset[str]:
    """Of a role that the organization made for itself."""
    own = {role.id: role.permissions for role in desk.run(queries.roles(desk.organization_id))}
    return frozenset(own[role_id]) if role_id else frozenset()


def _role(desk: Desk, form: RoleForm, found: Role | None = None) -> Shown | Done:
    if form.is_valid():
        data = form.cleaned_data
        taken = {role.name: role.id for role in desk.run(queries.roles(desk.organization_id))}
        if taken.get(data["name"], found and found.id) == (found and found.id):
            desk.run(
                operations.put_role(
                    organization_id=desk.organization_id,
                    role_id=found and found.id,
                    now=desk.real_now,
                    **data,
                )
            )
            return Done(data["name"], to="roles", message=say("changed"), details=data)
        form.add_error("name", say("role_taken"))
    return _form(form, title=found.name if found else "")


def _may(permissions: list[str]) -> Any:
    """How many there are, and which, for whoever opens it; a few are said at once."""
    names = [permission_name(code, tongue()) for code in PERMISSIONS if code in permissions]
    if len(names) <= _FEW:
        return ", ".join(names)
    return format_html(
        '<details class="rg-why"><summary>{}</summary><ul>{}</ul></details>',
        say("role_count", count=len(names), all=len(PERMISSIONS)),
        format_html_join("", '<li class="rg-yes">{}</li>', ((name,) for name in names)),
    )


def _form(form: forms.Form, title: str = "", actions: list[Link] | None = None) -> Shown:
    status = 422 if form.is_bound else 200
    context = {"form": form, "actions": actions or []}
    return Shown("console/form.html", context, status=status, title=title)


PAGES = [
    Page(
        "notices/",
        "notices",
        notices.notices,
        "overview",
        "notices-read",
        place=Place("", 10, "notifications"),
    ),
    Page(
        "organizations/",
        "organizations",
        organizations,
        "organization-see",
        place=Place("organization", 10, "domain"),
        agency=True,
    ),
    Page(
        "organizations/new/",
        "organization-new",
        organization_new,
        "organization-see",
        writes="organization-made",
        below="organizations",
        agency=True,
    ),
    Page("staff/", "staff", staff, "staff-see", place=Place("staff", 10, "badge")),
    Page("staff/new/", "staff-new", staff_new, "staff-change", "staff-invited", below="staff"),
    Page(
        "staff/<uuid:membership_id>/",
        "person",
        person,
        "staff-change",
        writes="staff-changed",
        below="staff",
    ),
    Page(
        "staff/<uuid:membership_id>/end/",
        "staff-end",
        staff_end,
        "staff-change",
        writes="staff-ended",
        below="staff",
    ),
    Page("roles/", "roles", roles, "staff-see", place=Place("staff", 20, "admin_panel_settings")),
    Page("roles/new/", "role-new", role_new, "staff-change", "role-made", below="roles"),
    Page(
        "roles/<uuid:role_id>/",
        "role-change",
        role_change,
        "staff-change",
        writes="role-changed",
        below="roles",
    ),
    Page("audit/", "audit", audit, "audit", place=Place("staff", 30, "history")),
    Page("audit/<uuid:event_id>/", "audit-event", audit_event, "audit", below="audit"),
]
