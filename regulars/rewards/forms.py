"""Forms of the pages about rewards: a picture, stock, a partner's codes, and handing over."""

import io
from typing import Any

from django import forms
from django.http import HttpRequest

from regulars.activities.pages import Once
from regulars.kit.pages import labels_of, words_of
from regulars.rewards.codes import MOST_CHARACTERS
from regulars.rewards.pictures import MOST_BYTES

say = words_of(__package__ or "")
word = labels_of(__package__ or "")
_MOST_CODES, _MOST_FILE = 100_000, 10_000_000


class PictureForm(Once):
    picture = forms.FileField(
        label=word("picture"), help_text=word("picture_help"), required=False,
        widget=forms.ClearableFileInput(attrs={"accept": "image/png,image/jpeg,image/webp"}),
    )  # fmt: skip
    remove = forms.BooleanField(label=word("picture_remove"), required=False)

    def __init__(self, request: HttpRequest, *, has_one: bool) -> None:
        super().__init__(request, files=request.FILES or None)
        if not has_one:
            del self.fields["remove"]

    def clean(self) -> dict[str, Any]:
        given = super().clean() or {}
        if not given.get("picture") and not given.get("remove"):
            self.add_error("picture", say("picture_wanted"))
        if given.get("picture") and given["picture"].size > MOST_BYTES:
            self.add_error("picture", say("picture_too_large"))
        return given


class StockForm(Once):
    place = forms.ChoiceField(label=word("place"))
    change = forms.IntegerField(
        label=word("change"), help_text=word("change_help"), min_value=-1_000_000,
        max_value=1_000_000,
    )  # fmt: skip
    reason = forms.CharField(label=word("reason"), max_length=500, required=False)

    def __init__(self, request: HttpRequest, places: list[tuple[str, str]]) -> None:
        super().__init__(request)
        self.fields["place"].choices = places  # type: ignore[attr-defined]


class CodesForm(Once):
    named = forms.CharField(label=word("list"), help_text=word("list_help"), max_length=80)
    file = forms.FileField(label=word("file"), help_text=word("file_help"))
    last_on = forms.DateField(
        label=word("codes_until"), required=False,
        widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
    )  # fmt: skip

    def __init__(self, request: HttpRequest) -> None:
        super().__init__(request, files=request.FILES or None)

    def clean_file(self) -> list[str]:
        """The codes, one of each line; what is wrong is told with its line, and nothing is kept."""
        file = self.cleaned_data["file"]
        if file.size > _MOST_FILE:
            raise forms.ValidationError(say("codes_too_many"))
        try:
            lines = io.StringIO(file.read().decode("utf-8-sig")).read().splitlines()
        except UnicodeDecodeError:
            raise forms.ValidationError(say("codes_not_text")) from None
        found = [(number, line.strip().strip('"')) for number, line in enumerate(lines, 1)]
        codes = [code for _, code in found if code]
        wrong = [number for number, code in found if len(code) > MOST_CHARACTERS
                 or not code.isprintable() or "," in code or ";" in code]  # fmt: skip
        if wrong:
            raise forms.ValidationError(say("codes_wrong", lines=", ".join(map(str, wrong[:5]))))
        if not codes or len(codes) > _MOST_CODES:
            raise forms.ValidationError(say("codes_too_many"))
        return codes


class PaidForm(Once):
    """Of a reward that costs money besides: it was taken."""

    paid = forms.BooleanField(label="")

    def __init__(self, request: HttpRequest, price: str) -> None:
        super().__init__(request)
        if price:
            self.fields["paid"].label = say("paid", price=price)
        else:
            del self.fields["paid"]


class SendForm(PaidForm):
    sent_by = forms.CharField(label=word("sent_by"), max_length=60, required=False)
    tracking = forms.CharField(label=word("tracking"), max_length=100, required=False)


class ReturnForm(Once):
    restock = forms.BooleanField(
        label=word("restock"), help_text=word("restock_help"), required=False, initial=True
    )
    reason = forms.CharField(label=word("reason"), max_length=500, required=False)


class WaitingForm(forms.Form):
    """Which redemptions are shown."""

    state = forms.ChoiceField(label=word("state"), required=False)
    place = forms.ChoiceField(label=word("place"), required=False)

    def __init__(
        self, asked: Any, states: list[tuple[str, str]], places: list[tuple[str, str]]
    ) -> None:
        super().__init__(asked)
        self.fields["state"].choices = states  # type: ignore[attr-defined]
        self.fields["place"].choices = places  # type: ignore[attr-defined]
        if len(places) < 2:
            del self.fields["place"]
