"""Progress in words: what moved, why something did not, how far everything is."""

from collections.abc import Iterable
from typing import Any

from regulars.engine.mechanics import Goal
from regulars.engine.phrases import Voice, plural
from regulars.engine.program import Program
from regulars.engine.progress import Step
from regulars.kit.words import catalog
from regulars.progress.wire import GoalOut, StepToldOut

_FIELDS = {
    "challenge": "challenges",
    "streak": "streaks",
    "stamp_card": "stamp_cards",
    "badge": "badges",
}


class Teller:
    """Speaks of the progress of one program in one language."""

    def __init__(self, program: Program, language: str) -> None:
        self.program = program
        self.language = language
        self.voice = Voice(program, language)

    def word(self, code: str, **figures: object) -> str:
        text: str = catalog("regulars.progress", "words.toml")[code][self.language]
        return text.format(**figures)

    def periods(self, number: int, each: str) -> str:
        """``3 weeks``."""
        forms = catalog("regulars.progress", "words.toml")[each][self.language].split("|")
        return forms[min(plural(number, self.language), len(forms) - 1)].replace("#", str(number))

    def name(self, of: str, id: str) -> str:
        """The name of a challenge, streak, card or badge, else its id."""
        if of == "referral":
            return self.word("referral")
        part = getattr(self.program.rules, _FIELDS[of]).get(id)
        name: str = id if part is None else part.name.get(self.language, id)
        return name

    def goal(self, goal: Goal, done: int) -> GoalOut:
        """How much of a goal is done, with its name or what it asks for."""
        name = goal.name.get(self.language)
        if name is None:
            on = self.voice.formats["with"](goal.on)
            name = self.word(f"goal_{goal.count}", on=on, activity=goal.activity)
        figures: dict[str, object] = {"done": done, "of": goal.at_least}
        if goal.count == "spend":
            figures = {key: self.voice.money(int(str(value))) for key, value in figures.items()}
        text = self.word("goal", name=name, **figures)
        return GoalOut(goal.id, name, done, goal.at_least, text)

    def gave(self, figures: dict[str, Any]) -> str:
        """``, gave 100 points, voucher Cake``."""
        told = [self.voice.asset(n, asset) for asset, n in figures.get("assets", {}).items()]
        if "voucher" in figures:
            told.append(self.voice.word("voucher", what=self.voice.voucher(figures["voucher"])))
        if "gift" in figures:
            told.append(self.voice.word("gift", what=figures["gift"]))
        return self.word("gave", what=", ".join(told)) if told else ""

    def text(self, step: Step) -> str:
        figures = step.figures
        if step.code == "taken_back":
            return self.word("taken_back")
        told: dict[str, object] = {"gave": self.gave(figures), "missing": figures.get("missing")}
        if "length" in figures:
            streak = self.program.rules.streaks.get(step.id)
            each = "day" if streak is None else streak.each
            told["periods"] = self.periods(figures["length"], each)
        if "goals" in figures:
            challenge = self.program.rules.challenges[step.id]
            goals = [self.goal(goal, figures["goals"][goal.id][0]).text for goal in challenge.goals]
            told["goals"] = ", ".join(goals)
        return self.word(f"{step.code}_{step.of}", **told)


def told(program: Program, steps: Iterable[Step], language: str) -> list[StepToldOut]:
    """Every step in words, also those that only say why nothing happened."""
    teller = Teller(program, language)
    return [
        StepToldOut(step.of, step.id, teller.name(step.of, step.id), step.code, teller.text(step))
        for step in steps
    ]
