"""The organization's logo: looked at by its content, shown in console and portal to everybody."""

import io
import re
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from PIL import Image

from regulars.kit.pictures import PictureRefused, read
from regulars.organizations.queries import settings
from tests.console.people import Firm
from tests.serving import House


@pytest.fixture(scope="module")
def firm(pages: None, house: House) -> Any:
    return Firm(house)


def picture(width: int = 200, height: int = 120, form: str = "PNG", **more: Any) -> bytes:
    out = io.BytesIO()
    Image.new("RGBA" if form == "PNG" else "RGB", (width, height), "#aa2255").save(
        out, form, **more
    )
    return out.getvalue()


def send(firm: Firm, content: bytes, name: str = "logo.png", **more: str) -> Any:
    body = {
        "name": firm.organization.name, "timezone": "Europe/Warsaw", "language": "pl",
        "currency": "PLN", "colour": "#aa2255", **more,
    }  # fmt: skip
    if content:
        body["logo"] = SimpleUploadedFile(name, content)
    return firm.person("owner").post("organization-change", body)


def test_a_logo_is_shown_in_console_and_portal_and_taken_away_again(firm: Firm) -> None:
    told = send(firm, picture()).content.decode()
    digest = firm.house.run(settings(firm.id)).logo
    assert f"/logo/{digest}.webp" in told
    stranger = Client()
    shown = stranger.get(f"/logo/{digest}.webp")
    assert shown["Content-Type"] == "image/webp"
    assert "immutable" in shown["Cache-Control"]
    assert Image.open(io.BytesIO(shown.content)).size == (200, 120)
    portal = stranger.get(f"/my/{firm.organization.slug}/corner/", follow=True).content.decode()
    assert re.search(rf'<img src="/logo/{digest}.webp"', portal)
    manifest = stranger.get(f"/my/{firm.organization.slug}/corner/manifest.webmanifest").json()
    assert [one["sizes"] for one in manifest["icons"]] == ["192x192"] * 2 + ["512x512"] * 2
    for one in manifest["icons"]:
        drawn = Image.open(io.BytesIO(stranger.get(one["src"]).content))
        assert "x".join(map(str, drawn.size)) == one["sizes"]
        middle, edge = drawn.width // 2, drawn.width // 8
        red, green, _ = drawn.getpixel((middle, middle))
        assert red > 150 > 60 > green, "the logo"
        inside = drawn.getpixel((edge, middle)) != (255, 255, 255)
        assert inside == (one["purpose"] == "any"), "a mask cuts off no part of it"
    assert f"/logo/{digest}-180-any.png" in portal
    assert stranger.get(f"/logo/{digest}-9999-any.png").status_code == 404
    send(firm, b"", no_logo="on")
    assert firm.house.run(settings(firm.id)).logo == ""
    assert stranger.get(f"/logo/{digest}.webp").status_code == 404


def test_settings_never_made_propose_what_the_program_has(pages: None, house: House) -> None:
    """Not the first of the list: to save the form must not choose the dirham."""
    form = Firm(house).person("owner", language="bg").get("organization-change").content.decode()
    assert '<option value="PLN" selected>' in form
    assert '<option value="bg" selected>' in form


def test_a_pale_logo_without_ground_stands_on_ink() -> None:
    from regulars.organizations.squares import square

    out = io.BytesIO()
    pale = Image.new("RGBA", (100, 50), (0, 0, 0, 0))
    pale.paste((250, 250, 250, 255), (20, 10, 80, 40))
    pale.save(out, "WEBP")
    drawn = Image.open(io.BytesIO(square(out.getvalue(), 192, maskable=False)))
    assert drawn.getpixel((2, 2)) == (0x23, 0x26, 0x2B)


@pytest.mark.parametrize(
    ("content", "says"),
    [
        (b"<svg xmlns='http://www.w3.org/2000/svg'><script>1</script></svg>", "no picture"),
        (b"GIF89a" + b"\0" * 100, "no picture"),
        (picture(form="PNG")[:60], "no picture"),
        (picture(20, 200), "too small"),
        (b"\x89PNG" + b"\0" * 8_000_001, "too large"),
    ],
)
def test_what_is_no_picture_is_refused_whatever_it_is_called(
    firm: Firm, content: bytes, says: str
) -> None:
    before = firm.house.run(settings(firm.id)).logo
    answer = send(firm, content)
    assert answer.status_code == 422
    assert says in answer.content.decode()
    assert firm.house.run(settings(firm.id)).logo == before


def test_nothing_but_the_picture_is_kept() -> None:
    exif = Image.Exif()
    exif[0x010E] = "taken at home"
    sent = picture(2000, 1000, "JPEG", exif=exif)
    assert b"taken at home" in sent
    kept = read(sent + b"<script>", least=64, longest=512)
    assert (kept.width, kept.height) == (512, 256)
    assert b"taken at home" not in kept.content
    assert b"<script>" not in kept.content


def test_a_bomb_is_refused_before_it_is_unpacked() -> None:
    with pytest.raises(PictureRefused):
        read(picture(9000, 9000, "PNG"), least=64, longest=512)
