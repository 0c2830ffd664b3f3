"""What we stand on is free, and the list of it is the list of what is pinned."""

from pathlib import Path

import pytest

from scripts import sbom

UNKNOWN = "no-such-package==1.0 \\\n    --hash=sha256:" + "0" * 64 + "\n"


def test_every_pinned_package_has_a_licence_that_is_free_and_the_lists_are_current() -> None:
    found = sbom.packages()
    sbom.check(found)
    again = "write it anew: make sbom"
    assert sbom.PAGE.read_text("utf-8") == sbom.page(found), again
    assert sbom.BILL.read_text("utf-8") == sbom.bill(found), again


def with_one_more(folder: Path, said: str = "") -> list[sbom.Package]:
    """The pinned packages and one more."""
    for name in ("base.txt", "dev.txt"):
        (folder / name).write_text(Path("requirements", name).read_text() + UNKNOWN)
    (folder / "licences.toml").write_text(sbom.SAID_BY_US.read_text() + said)
    return sbom.packages(folder)


@pytest.mark.parametrize("licence", ["", "Proprietary", "SSPL-1.0", "MIT AND LicenseRef-Secret"])
def test_a_new_package_of_unknown_or_unfree_licence_is_refused(
    tmp_path: Path, licence: str
) -> None:
    said = f'[no-such-package]\nlicence = "{licence}"\n' if licence else ""
    with pytest.raises(sbom.NotFree, match=r"no-such-package 1\.0"):
        sbom.check(with_one_more(tmp_path, said))


def test_a_new_free_package_is_taken(tmp_path: Path) -> None:
    found = with_one_more(tmp_path, '[no-such-package]\nlicence = "MIT OR Proprietary"\n')
    sbom.check(found)
    assert sbom.page(found) != sbom.PAGE.read_text("utf-8")


def test_what_is_said_by_us_is_said_of_packages_that_are_there_and_why() -> None:
    names = {package.name for package in sbom.packages()}
    said = sbom.tomllib.loads(sbom.SAID_BY_US.read_text("utf-8"))
    assert set(said) <= names
    assert all(one["why"] for one in said.values())
