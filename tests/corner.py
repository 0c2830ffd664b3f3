"""The corner shop of the stories: a program with something of everything, changed as needed."""

import json
from typing import Any


def words(text: str) -> dict[str, str]:
    return {"pl": text, "bg": text, "en": text}


def corner(
    *more: dict[str, Any], pending_days: int = 0, without: tuple[str, ...] = (), **changes: Any
) -> str:
    """The document; ``more`` are further campaigns, ``without`` those left out."""
    document = {
        "program": "corner",
        "name": {"pl": "Narożny", "bg": "Ъглов", "en": "Corner"},
        "currency": "PLN",
        "timezone": "Europe/Warsaw",
        "assets": {
            "points": {
                "name": {
                    "pl": "punkt|punkty|punktów", "bg": "точка|точки", "en": "point|points",
                },
                "pending_days": pending_days,
                "expires": {"days": 60},
                "worth_minor": 1,
                "transfer": {"per_day": 1_000},
                "sale": {"price_minor": 250, "units": 100},
            },
            "stamps": {"name": words("stamp|stamps")},
        },
        "vouchers": {
            "coffee": {"name": {"pl": "Kawa", "bg": "Кафе", "en": "Coffee"}, "valid_days": 30},
            "five-off": {"name": words("5 PLN off"), "valid_days": 30},
        },
        "rewards": {
            "mug": {"name": {"pl": "Kubek", "bg": "Чаша", "en": "Mug"}, "cost": {"points": 100}},
            "coffee": {
                "name": {"pl": "Kawa", "bg": "Кафе", "en": "Coffee"},
                "cost": {"points": 50},
                "voucher": "coffee",
                "hold_minutes": 30,
            },
            "film": {
                "name": {"pl": "Bilet do kina", "bg": "Билет за кино", "en": "Cinema ticket"},
                "cost": {"points": 200},
                "codes": True,
            },
            "towel": {
                "name": {"pl": "Ręcznik", "bg": "Кърпа", "en": "Towel"},
                "text": {
                    "pl": "Duży, z bawełny.", "bg": "Голяма, памучна.", "en": "Large, of cotton.",
                },
                "cost": {"points": 150},
                "price_minor": 990,
                "places": ["1", "warehouse"],
                "sent_from": "warehouse",
            },
        },
        "causes": {"shelter": {"name": {"pl": "Schronisko", "bg": "Приют", "en": "Shelter"}}},
        "households": {
            "family": {
                "name": {"pl": "Rodzina", "bg": "Семейство", "en": "Family"},
                "pool": {"assets": ["points"]},
            }
        },
        "corrections": {
            "reasons": {
                "goodwill": {"name": {"pl": "Przeprosiny", "bg": "Извинение", "en": "Goodwill"}}
            },
            "per_staff_per_day": 10_000,
        },
        "lanes": [{"id": "prices"}, {"id": "points"}],
        "campaigns": [
            campaign
            for campaign in (*CAMPAIGNS, *more)
            if campaign["id"] not in without
        ],
        **changes,
    }  # fmt: skip
    return json.dumps(document)


CAMPAIGNS: tuple[dict[str, Any], ...] = (
    {
        "id": "second-pair",
        "name": {"pl": "Druga para", "bg": "Втори чифт", "en": "Second pair"},
        "lane": "prices",
        "then": [
            {
                "kind": "nth_unit_price",
                "price_minor": 1,
                "among": "scope",
                "on": {"categories": ["shoes"]},
            }
        ],
    },
    {
        "id": "ten-off",
        "name": {"pl": "10 zł od 100 zł", "bg": "10 зл. над 100", "en": "10 off from 100"},
        "lane": "prices",
        "when": [{"kind": "basket_total", "at_least_minor": 10_000}],
        "then": [{"kind": "amount_off", "off_minor": 1_000}],
    },
    {
        "id": "five-off",
        "name": words("5 PLN off"),
        "lane": "prices",
        "when": [{"kind": "coupon_presented", "voucher": "five-off"}],
        "then": [{"kind": "amount_off", "off_minor": 500}],
    },
    {
        "id": "base",
        "name": {"pl": "Podstawa", "bg": "Основа", "en": "Base"},
        "lane": "points",
        "then": [{"kind": "points_per_spend", "per_minor": 100}],
    },
)
GIVES_A_VOUCHER: dict[str, Any] = {
    "id": "thanks",
    "name": words("Thanks"),
    "lane": "points",
    "when": [{"kind": "basket_total", "at_least_minor": 5_000}],
    "then": [{"kind": "issue_voucher", "voucher": "five-off"}],
}
