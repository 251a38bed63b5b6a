"""What the kind of a campaign decides, compared with the design."""

from campaigns.kinds import CHECKLISTS, DEFAULTS, PARTS, TERRITORY
from campaigns.models import Campaign
from checklists.models import Checklist


def test_the_kinds_set_what_the_design_says():
    """City: two checklists, districts and streets, filing off; county: one, towns and streets, filing off; unit: filing on,
    sections, no register of sites, no territory unit."""
    assert {kind: (DEFAULTS[kind], CHECKLISTS[kind], PARTS[kind], TERRITORY[kind]) for kind in Campaign.Kind} == {
        "city": (
            {"asks_filing": False, "has_territory": True, "has_sites": True},
            ("main", "minors"),
            ("unit", "region", "town"),
            ("region", "town"),
        ),
        "county": (
            {"asks_filing": False, "has_territory": True, "has_sites": True},
            ("main",),
            ("unit", "town"),
            ("town",),
        ),
        "unit": (
            {"asks_filing": True, "has_territory": False, "has_sites": False},
            ("main",),
            ("section",),
            (),
        ),
    }


def test_every_kind_of_checklist_is_one_of_the_checklists_app():
    assert {kind for kinds in CHECKLISTS.values() for kind in kinds} == set(Checklist.Kind.values)
