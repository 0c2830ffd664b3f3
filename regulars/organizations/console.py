"""Pages: the organization's shops and the keys of its tills."""

from typing import Any
from uuid import UUID

from django import forms
from django.conf import settings
from django.http import HttpRequest
from django.urls import reverse
from django.utils.html import format_html

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
    currencies,
    labels_of,
    link,
    moment,
    timezones,
    tongue,
    words_of,
)
from regulars.kit.parts import Facts, sheet
from regulars.kit.pictures import MOST_BYTES, Picture, PictureRefused, read
from regulars.kit.problems import NotFound
from regulars.organizations import operations, queries
from regulars.organizations.operations import APPROVALS, MANAGING, PUBLISH, SCOPES
from regulars.organizations.queries import Shop

say = words_of(__package__ or "")
word = labels_of(__package__ or "")
for_what = words_of(__package__ or "", "scopes.toml")


COLOUR = "#0b6e5f"
_LEAST_SIDE, _LONGEST_SIDE = 64, 512
BACK_OFFICE = ("vouchers:manage", "corrections:write", "webhooks:manage", "privacy:manage")
"""What a till has no need of."""
ASKED_OF_ITS_MAKER = {
    "vouchers:manage": ("vouchers-change",),
    "corrections:write": ("members-correct",),
    "webhooks:manage": ("webhooks-change",),
    "privacy:manage": ("members-erase",),
    "shops:manage": ("shops-change",),
    "programs:manage": ("drafts-write", "drafts-approve"),
    "audit:read": ("audit",),
}
"""What whoever makes a key must be allowed to do, for the key to be for it."""


def _scope(scope: str) -> Any:
    """What a key may be for: in words, and as programs name it."""
    return format_html('{} <code class="rg-code">{}</code>', for_what(scope), scope)


def _scopes_to_give(desk: Desk) -> list[str]:
    """Nobody makes a key that may what they may not. Who works in certain shops makes keys of
    those, which manage nothing beyond them."""
    every = SCOPES if desk.shops else (*SCOPES, *MANAGING)
    return [
        one
        for one in every
        if one != PUBLISH and all(map(desk.may, ASKED_OF_ITS_MAKER.get(one, ())))
    ]


class ShopForm(forms.Form):
    code = forms.CharField(max_length=40, label=word("shop_code"), help_text=word("shop_code_help"))
    name = forms.CharField(max_length=200, label=word("shop_name"))
    address = forms.CharField(max_length=500, required=False, label=word("address"))
    timezone = forms.ChoiceField(choices=timezones, widget=LongSelect, label=word("timezone"))


class KeyForm(forms.Form):
    label = forms.CharField(
        max_length=200, label=word("key_label"), help_text=word("key_label_help")
    )
    shop = forms.ChoiceField(required=False, label=word("key_shop"))
    scopes = forms.MultipleChoiceField(
        initial=[scope for scope in SCOPES if scope not in BACK_OFFICE],
        widget=forms.CheckboxSelectMultiple,
        label=word("key_scopes"),
        help_text=word("key_scopes_help"),
    )

    def __init__(self, desk: Desk, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        any_shop = [] if desk.shops else [("", say("key_any_shop"))]
        choices = any_shop + [(str(s.id), f"{s.code} {s.name}") for s in _shops(desk)]
        self.fields["shop"].choices = choices  # type: ignore[attr-defined]
        self.fields["shop"].required = bool(desk.shops)
        self.fields["scopes"].choices = [(one, _scope(one)) for one in _scopes_to_give(desk)]  # type: ignore[attr-defined]


class SettingsForm(forms.Form):
    name = forms.CharField(max_length=200, label=word("org_name"))
    timezone = forms.ChoiceField(choices=timezones, widget=LongSelect, label=word("timezone"))
    language = forms.ChoiceField(choices=settings.LANGUAGES, label=word("org_language"))
    currency = forms.ChoiceField(choices=currencies, widget=LongSelect, label=word("org_currency"))
    colour = forms.RegexField(
        "^#[0-9a-fA-F]{6}$",
        label=word("org_colour"),
        help_text=word("org_colour_help"),
        widget=forms.TextInput(attrs={"type": "color"}),
        error_messages={"invalid": word("org_colour_bad")},
    )
    logo = forms.FileField(
        required=False, label=word("org_logo"), help_text=word("org_logo_help"),
        widget=forms.FileInput(attrs={"accept": "image/png,image/jpeg,image/webp"}),
    )  # fmt: skip
    no_logo = forms.BooleanField(required=False, label=word("org_no_logo"))

    approval = forms.ChoiceField(
        choices=lambda: [(one, say(f"approval_{one}")) for one in APPROVALS],
        required=False,
        label=word("org_approval"),
        help_text=word("org_approval_help"),
    )

    def clean_logo(self) -> Picture | None:
        upload = self.cleaned_data["logo"]
        if upload is None:
            return None
        if upload.size > MOST_BYTES:
            raise forms.ValidationError(say("picture_too_large"))
        try:
            return read(upload.read(), least=_LEAST_SIDE, longest=_LONGEST_SIDE)
        except PictureRefused as refused:
            raise forms.ValidationError(say(refused.told)) from None


def shops(request: HttpRequest, desk: Desk) -> Shown:
    can = desk.may("shops-change")
    rows = [
        (
            code(shop.code),
            link(shop.name, "shop", shop_id=shop.id) if can else shop.name,
            shop.address,
            shop.timezone,
        )
        for shop in _shops(desk)
    ]
    table = Table(
        [say("shop_code"), say("shop_name"), say("address"), say("timezone")],
        rows,
        empty=say("no_shops"),
        actions=[Link(say("shop-new"), "shop-new", icon="add", primary=True)],
        intro=say("shops_intro"),
    )
    return Shown("console/list.html", {"table": table})


def shop_new(request: HttpRequest, desk: Desk) -> Shown | Done:
    form = ShopForm(request.POST or None, initial={"timezone": desk.timezone})
    if form.is_valid():
        if any(shop.code == form.cleaned_data["code"] for shop in _shops(desk)):
            form.add_error("code", say("shop_code_taken"))
        else:
            return _put_shop(desk, form.cleaned_data, say("shop_made"))
    return _form(form)


def shop(request: HttpRequest, desk: Desk, shop_id: UUID) -> Shown | Done:
    found = next((one for one in _shops(desk) if one.id == shop_id), None)
    if found is None:
        raise NotFound("There is no such shop here.")
    form = ShopForm(request.POST or None, initial=found._asdict())
    form.fields["code"].disabled = True
    if form.is_valid():
        return _put_shop(desk, form.cleaned_data, say("shop_changed"))
    return _form(form, title=found.name)


def keys(request: HttpRequest, desk: Desk) -> Shown:
    can = desk.may("keys-change")
    rows = []
    for key in _keys(desk):
        state = (
            badge(say("key_revoked"), "bad") if key.revoked_at else badge(say("key_good"), "good")
        )
        revoke = link(say("key-revoke"), "key-revoke", prefix=key.prefix)
        rows.append(
            (
                code(f"rk_{key.prefix}_…"),
                key.label,
                key.shop or say("key_any_shop"),
                moment(key.created_at, desk.timezone),
                state,
                revoke if can and not key.revoked_at else "",
            )
        )
    columns = ("key", "key_label", "key_shop", "made", "state", "")
    table = Table(
        [say(name) if name else "" for name in columns],
        rows,
        empty=say("no_keys"),
        actions=[Link(say("key-new"), "key-new", icon="add", primary=True)],
        intro=say("keys_intro"),
    )
    return Shown("console/list.html", {"table": table})


def key_new(request: HttpRequest, desk: Desk) -> Shown:
    """The secret is shown in the answer to the form, once, and can be found nowhere afterwards."""
    form = KeyForm(desk, request.POST or None)
    if not form.is_valid():
        return _form(form)
    data = form.cleaned_data
    issued = desk.run(
        operations.create_key(
            organization_id=desk.organization_id,
            label=data["label"],
            scopes=data["scopes"],
            shop_id=UUID(data["shop"]) if data["shop"] else None,
            now=desk.now,
            made_by=desk.staff_id,
        )
    )
    done = Done(f"rk_{issued.prefix}", details={"label": data["label"], "scopes": data["scopes"]})
    context = {
        "secret": issued.secret,
        "secret_label": say("key_secret"),
        "warning": say("key_once"),
        "on": Link(say("key_back"), "keys"),
    }
    return Shown("console/secret.html", context, title=say("key_made"), done=done)


def key_revoke(request: HttpRequest, desk: Desk, prefix: str) -> Shown | Done:
    found = next((key for key in _keys(desk) if key.prefix == prefix), None)
    if found is None:
        raise NotFound("There is no such key here.")
    if request.method == "POST":
        desk.run(
            operations.revoke_key(organization_id=desk.organization_id, prefix=prefix, now=desk.now)
        )
        details = {"label": found.label}
        return Done(f"rk_{prefix}", to="keys", message=say("key_is_revoked"), details=details)
    context = {"question": say("key_revoke_sure", label=found.label), "yes": say("key-revoke")}
    return Shown("console/sure.html", context)


def organization(request: HttpRequest, desk: Desk) -> Shown:
    found = desk.run(queries.settings(desk.organization_id))
    languages = dict(settings.LANGUAGES)
    unset = say("org_unset")
    rows = [
        (say("timezone"), found.timezone),
        (say("org_language"), languages.get(found.language, unset)),
        (say("org_currency"), found.currency or unset),
        (say("org_colour"), code(found.colour) if found.colour else unset),
        (say("org_logo"), _picture(found.logo) if found.logo else unset),
        (say("org_approval"), say(f"approval_{found.approval}")),
    ]
    change = Link(say("organization-change"), "organization-change", icon="edit")
    facts = Facts(found.name, rows, wide=True)
    return sheet([facts], actions=[change], intro=say("organization_intro"))


def organization_change(request: HttpRequest, desk: Desk) -> Shown | Done:
    found = desk.run(queries.settings(desk.organization_id))
    initial = {
        **found._asdict(), "logo": None, "colour": found.colour or COLOUR,
        "language": found.language or tongue(),
        "currency": found.currency or (desk.program.currency if desk.program else "EUR"),
    }  # fmt: skip
    form = SettingsForm(request.POST or None, request.FILES or None, initial=initial)
    if not found.logo:
        del form.fields["no_logo"]
    if not form.is_valid():
        return _form(form)
    data = dict(form.cleaned_data)
    logo, none = data.pop("logo"), data.pop("no_logo", False)
    data["approval"] = data["approval"] or found.approval
    desk.run(operations.change_settings(organization_id=desk.organization_id, **data))
    if logo is not None:
        desk.run(
            operations.put_logo(
                organization_id=desk.organization_id, picture=logo, now=desk.real_now
            )
        )
    elif none:
        desk.run(operations.drop_logo(organization_id=desk.organization_id))
    message = say("org_changed")
    return Done(desk.organization, to="organization", message=message, details=data)


def _picture(digest: str) -> Any:
    where = reverse("logo", args=[digest])
    return format_html('<img class="rg-logo-large" src="{}" alt="{}">', where, say("org_logo"))


def _shops(desk: Desk) -> list[Shop]:
    """The organization's shops, as far as this person works in them."""
    found = desk.run(queries.shops(desk.organization_id))
    return [shop for shop in found if not desk.shops or shop.id in desk.shops]


def _keys(desk: Desk) -> list[queries.Key]:
    """Keys, as far as this person works in their shops."""
    found, own = desk.run(queries.keys(desk.organization_id)), {s.code for s in _shops(desk)}
    return [key for key in found if not desk.shops or key.shop in own]


def _put_shop(desk: Desk, data: dict[str, Any], message: str) -> Done:
    desk.run(operations.put_shop(organization_id=desk.organization_id, now=desk.now, **data))
    return Done(data["code"], to="shops", message=message, details=data)


def _form(form: forms.Form, title: str = "") -> Shown:
    status = 422 if form.is_bound else 200
    return Shown("console/form.html", {"form": form}, status=status, title=title)


PAGES = [
    Page(
        "organization/",
        "organization",
        organization,
        "organization-see",
        place=Place("organization", 40, "tune"),
    ),
    Page(
        "organization/change/",
        "organization-change",
        organization_change,
        "organization-change",
        writes="organization-changed",
        below="organization",
    ),
    Page("shops/", "shops", shops, "shops-see", place=Place("organization", 20, "storefront")),
    Page("shops/new/", "shop-new", shop_new, "shops-change", writes="shop-made", below="shops"),
    Page(
        "shops/<uuid:shop_id>/", "shop", shop, "shops-change", writes="shop-changed", below="shops"
    ),
    Page("keys/", "keys", keys, "keys-see", place=Place("organization", 30, "key")),
    Page("keys/new/", "key-new", key_new, "keys-change", writes="key-made", below="keys"),
    Page(
        "keys/<slug:prefix>/revoke/",
        "key-revoke",
        key_revoke,
        "keys-change",
        writes="key-revoked",
        below="keys",
    ),
]
