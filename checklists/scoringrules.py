"""An item's scoring rule, checked and said in one sentence. Pure: kinds are those of Item.Scoring.

Sources: grades A/B/C/C# and thresholds as published standards print them; points off as street rules do (docs/glossary.md,
"scoring rule").
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from decimal import Decimal

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

SHORTCOMING = "#"  # C# counts as C and is a mark of its own


@dataclass(frozen=True)
class Step:
    """One line of a rule: a grade with its share, a threshold with its share, or a fault with the points it costs."""

    label: str = ""
    text: str = ""
    threshold: Decimal | None = None
    share: Decimal | None = None
    lost: Decimal | None = None


# Kind of scoring -> what its steps hold beside the condition; anything else is left out.
HOLDS = {"grade": ("label", "share"), "figure": ("label", "threshold", "share"), "deduct": ("lost",), "conform": (), "": ()}


def kept_steps(scoring: str, steps: Sequence[Step]) -> list[Step]:
    """The steps without what their kind does not use; empty ones are left out."""
    holds = HOLDS[scoring]
    if not holds:
        return []
    kept = [replace(Step(text=step.text), **{name: getattr(step, name) for name in holds}) for step in steps]
    return [step for step in kept if step != Step()]


def check_rule(scoring: str, steps: Sequence[Step]) -> list[str]:
    """What is wrong with the rule, one sentence each; empty when it can be used. steps: as kept_steps gives them."""
    wrong = {"grade": _wrong_grades, "figure": _wrong_figures, "deduct": _wrong_deductions}.get(scoring, lambda steps: [])
    if scoring in ("grade", "figure", "deduct") and not steps:
        return [gettext_lazy("Write at least one step of the rule.")]
    return wrong(list(steps))


def _wrong_grades(steps):
    found = []
    if any(not step.label for step in steps):
        found.append(gettext_lazy("Every grade needs its letter."))
    elif steps[0].label.upper() != "A":
        found.append(gettext_lazy("The first grade is A."))
    labels = [step.label.upper() for step in steps if step.label]
    if len(labels) != len(set(labels)):
        found.append(gettext_lazy("A grade stands there twice."))
    return found + _wrong_shares(steps)


def _wrong_figures(steps):
    found = []
    last = [step.threshold for step in steps[:-1]]
    if any(figure is None for figure in last):
        found.append(gettext_lazy("Every step but the last needs its figure."))
    figures = [step.threshold for step in steps if step.threshold is not None]
    if any(lower >= upper for upper, lower in zip(figures, figures[1:], strict=False)):
        found.append(gettext_lazy("The figures must fall from step to step."))
    labels = [step.label.upper() for step in steps if step.label]
    if labels and labels[0] != "A":
        found.append(gettext_lazy("The first grade is A."))
    return found + _wrong_shares(steps)


def _wrong_shares(steps):
    if any(step.share is None for step in steps):
        return [gettext_lazy("Every step needs its share of the points.")]
    if any(not 0 <= step.share <= 1 for step in steps):
        return [gettext_lazy("A share lies between 0 and 100 percent.")]
    pairs = zip(steps, steps[1:], strict=False)
    if any(lower.share > upper.share or lower.share == upper.share and SHORTCOMING not in lower.label for upper, lower in pairs):
        return [gettext_lazy("The shares must fall from step to step.")]
    return []


def _wrong_deductions(steps):
    found = []
    if any(step.lost is None or step.lost <= 0 for step in steps):
        found.append(gettext_lazy("Every fault needs the points it costs."))
    if any(not step.text for step in steps):
        found.append(gettext_lazy("Say which fault costs the points."))
    return found


def word_rule(scoring: str, steps: Sequence[Step], points: Decimal | None = None) -> str:
    """The rule in one sentence, in the language now active; "" where none is set. With points, shares are said in points."""
    if scoring == "conform":
        if points is None:
            return _("By the share of checks met.")
        return _("By the share of checks met: met ÷ checked × %(points)s points.") % {"points": plain(points)}
    if not steps:
        return ""
    if scoring == "grade":
        return _sentence(_("By grades: "), [_graded(step, points) for step in steps])
    if scoring == "figure":
        return _sentence(_("By the figure: "), [_figured(step, points) for step in steps])
    if scoring == "deduct":
        parts = [_("%(fault)s: %(lost)s points off") % {"fault": step.text, "lost": plain(step.lost)} for step in steps]
        return _sentence(_("Points off for each fault: "), [*parts, _("down to zero")])
    return ""


def _sentence(start, parts):
    return f"{start}{_('; ').join(parts)}{_('.')}"


def _worth(share, points):
    if not share:
        return _("gives nothing")
    if points is not None:
        return _("gives %(points)s points") % {"points": plain(points * share)}
    return _("gives all points") if share == 1 else _("gives %(percent)s%%") % {"percent": plain(share * 100)}


def _graded(step, points):
    said = f"{step.label} {_worth(step.share, points)}"
    return _("%(said)s (%(condition)s)") % {"said": said, "condition": step.text} if step.text else said


def _figured(step, points):
    facts = {"figure": plain(step.threshold), "worth": _worth(step.share, points)}
    said = _("from %(figure)s on %(worth)s") % facts if step.threshold is not None else _("otherwise %(worth)s") % facts
    return f"{step.label} {said}" if step.label else said


def plain(number: Decimal | None) -> str:
    """The number without zeros nobody wrote: 0.60 -> 0.6, 12.00 -> 12."""
    if number is None:
        return ""
    text = f"{number:f}"
    return text.rstrip("0").rstrip(".") if "." in text else text
