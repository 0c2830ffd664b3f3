"""A coupon shown with the basket."""

from functools import cached_property
from typing import ClassVar, Literal, Self

from pydantic import model_validator

from regulars.engine.case import Case
from regulars.engine.index import code_key, coupon_key
from regulars.engine.kinds import Condition, Texts, Unmet
from regulars.engine.part import broken
from regulars.engine.program import Program
from regulars.engine.scope import Slug


class CouponPresented(Condition):
    """A public code, or a voucher of a definition, is presented. Upper and lower case in codes
    are the same; of several that fit, the first one counts. A reason never tells the code."""

    sentence: ClassVar[Texts] = {
        "en": "a coupon is presented{codes}{voucher}",
        "pl": "okazano kupon{codes}{voucher}",
        "bg": "представен е купон{codes}{voucher}",
    }
    unmet: ClassVar[Texts] = {
        "en": "its coupon was not presented",
        "pl": "nie okazano kuponu",
        "bg": "купонът не е представен",
    }
    clauses: ClassVar[dict[str, Texts]] = {
        "codes": {
            "en": " with the code {codes:names}",
            "pl": " z kodem {codes:names}",
            "bg": " с код {codes:names}",
        },
        "voucher": {
            "en": " ({voucher:voucher})",
            "pl": " ({voucher:voucher})",
            "bg": " ({voucher:voucher})",
        },
    }
    unmet_member: ClassVar[Texts] = {
        "en": "show its coupon",
        "pl": "pokaż kupon",
        "bg": "покажете купона",
    }
    kind: Literal["coupon_presented"] = "coupon_presented"
    codes: tuple[str, ...] = ()
    """Public codes anyone may use."""
    voucher: Slug | None = None
    """The definition of issued vouchers."""

    @model_validator(mode="after")
    def _asks_something(self) -> Self:
        if not self.codes and self.voucher is None:
            raise broken(
                "some_of", "give public codes or the voucher definition", names="codes voucher"
            )
        return self

    @cached_property
    def _keys(self) -> frozenset[str]:
        keys = {code_key(code) for code in self.codes}
        return frozenset(keys if self.voucher is None else keys | {f"v:{self.voucher}"})

    def check(self, case: Case) -> Unmet | None:
        return None if self.coupons(case) else Unmet(self.kind, {})

    def coupons(self, case: Case) -> tuple[str, ...]:
        for coupon in case.facts.coupons:
            if coupon_key(coupon) in self._keys:
                return (coupon.code,)
        return ()

    def vouchers(self) -> frozenset[str]:
        return frozenset() if self.voucher is None else frozenset({self.voucher})

    def keys(self, program: Program) -> frozenset[str]:
        return self._keys
