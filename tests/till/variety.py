"""A program that has something of everything, for the examples of the API documentation."""

from tests.corner import GIVES_A_VOUCHER, corner

PROGRAM = corner(
    GIVES_A_VOUCHER | {"name": {"pl": "Podziękowanie", "bg": "Благодарим", "en": "Thank you"}},
    {
        "id": "review",
        "name": {"pl": "Opinia", "bg": "Отзив", "en": "Review"},
        "lane": "points",
        "trigger": "review",
        "then": [{"kind": "fixed_points", "points": 20}],
        "limits": {"per_member_per_day": 1},
    },
    stamp_cards={
        "coffee": {
            "name": {"pl": "Karta na kawę", "bg": "Карта за кафе", "en": "Coffee card"},
            "size": 9,
            "gives": {"voucher": "coffee"},
        }
    },
    challenges={
        "critic": {
            "name": {"pl": "Krytyk", "bg": "Критик", "en": "Critic"},
            "counts_from": "opt_in",
            "within_days": 30,
            "goals": [
                {"id": "reviews", "count": "activities", "activity": "review", "at_least": 3}
            ],
            "gives": {"assets": {"points": 50}},
        }
    },
    streaks={
        "weekly": {
            "name": {"pl": "Co tydzień", "bg": "Всяка седмица", "en": "Every week"},
            "each": "week",
            "gives": [{"length": 5, "assets": {"points": 25}}],
        }
    },
    referrals={
        "referrer": {"assets": {"points": 100}},
        "friend": {"assets": {"points": 50}},
        "link": "https://example.com/join?code={code}",
        "caps": {"per_month": 5},
    },
    badges={
        "first": {
            "name": {"pl": "Pierwszy zakup", "bg": "Първа покупка", "en": "First purchase"},
            "at_least": 1,
        }
    },
    rewards={
        "mug": {"name": {"pl": "Kubek", "bg": "Чаша", "en": "Mug"}, "cost": {"points": 100}},
        "coffee": {
            "name": {"pl": "Kawa", "bg": "Кафе", "en": "Coffee"},
            "cost": {"points": 50},
            "voucher": "coffee",
            "hold_minutes": 30,
        },
        "towel": {
            "name": {"pl": "Ręcznik", "bg": "Кърпа", "en": "Towel"},
            "text": {
                "pl": "Duży, z bawełny.", "bg": "Голяма, памучна.", "en": "Large, of cotton."
            },
            "cost": {"points": 10},
            "places": ["main-street", "online"],
            "sent_from": "online",
        },
    },
    gift_cards={
        "classic": {
            "name": {"pl": "Karta podarunkowa", "bg": "Карта за подарък", "en": "Gift card"},
            "skus": ["gift-card"],
            "expires": {"days": 730},
        }
    },
    consents={
        "news-email": {
            "purpose": "marketing",
            "channel": "email",
            "version": "2026-01",
            "name": {"pl": "Oferty", "bg": "Оферти", "en": "Offers"},
            "text": {
                "pl": "Zgadzam się na otrzymywanie ofert e-mailem.",
                "bg": "Съгласен съм да получавам оферти по имейл.",
                "en": "I agree to receive offers by e-mail.",
            },
        }
    },
    tiers=["gold"],
    tiering={
        "by": "spend", "at_least": {"gold": 50_000}, "period": {"calendar": "year"},
        "lasts": {"periods": 1},
    },
    texts={"tier.gold": {"pl": "Złoty", "bg": "Злато", "en": "Gold"}},
    benefits={
        "gold": [{"pl": "darmowa dostawa", "bg": "безплатна доставка", "en": "free delivery"}]
    },
)  # fmt: skip
