"""Addresses under ``/my/``: the portal of each program by the short names of firm and program."""

from django.urls import URLPattern, URLResolver, include, path

from regulars.portal import changing, door, going, home, installing, joining, own, passkeys, taking
from regulars.portal.domains import at_home

app_name = "portal"
of_program: list[URLPattern | URLResolver] = [
    path("", home.home, name="home"),
    path("codes.json", home.codes, name="codes"),
    path("manifest.webmanifest", installing.manifest, name="manifest"),
    path("icon.svg", installing.icon, name="icon"),
    path("worker.js", installing.worker, name="worker"),
    path("door/", door.door, name="door"),
    path("door/passkey/begin/", passkeys.begin, name="passkey-begin"),
    path("door/passkey/", passkeys.enter, name="passkey-enter"),
    path("code/", door.code, name="code"),
    path("enter/<str:token>/", door.link, name="link"),
    path("out/", door.out, name="out"),
    path("language/", door.language, name="language"),
    path("join/", joining.join, name="join"),
    path("back/", joining.back, name="back"),
    path("rewards/", taking.catalogue, name="rewards"),
    path("rewards/<slug:name>/", taking.reward, name="reward"),
    path("reserved/<uuid:redemption>/back/", taking.give_back, name="give-back"),
    path("progress/", going.progress, name="progress"),
    path("progress/<slug:name>/", going.take_up, name="take-up"),
    path("history/", going.history, name="history"),
    path("me/", own.me, name="me"),
    path("me/data/", own.details, name="details"),
    path("me/data/export.json", own.export, name="export"),
    path("me/consents/", own.consents, name="consents"),
    path("me/household/", own.family, name="household"),
    path("me/friends/", own.friends, name="friends"),
    path("me/passkeys/", passkeys.passkeys, name="passkeys"),
    path("me/passkeys/begin/", passkeys.begin_adding, name="passkey-begin-adding"),
    path("me/passkeys/add/", passkeys.add, name="passkey-add"),
    path("me/leave/", own.leave, name="leave"),
    *(
        part
        for kind in ("email", "phone")
        for part in (
            path(f"me/{kind}/", changing.contact, {"kind": kind}, name=kind),
            path(f"me/{kind}/code/", changing.contact_code, {"kind": kind}, name=f"{kind}-code"),
        )
    ),
    path("me/erase/", changing.erase, name="erase"),
    path("me/erase/code/", changing.erase_code, name="erase-code"),
]
urlpatterns: list[URLPattern | URLResolver] = [
    path("", at_home(door.front), name="front"),
    path("<slug:organization>/<slug:program>/", include(of_program)),
]
