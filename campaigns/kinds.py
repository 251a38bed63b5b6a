"""What the kind of a campaign decides when it is opened; afterwards each switch is the campaign's own.

Source: docs/glossary.md, "kind of campaign".
"""

from accounts.models import Department
from campaigns.models import Campaign

Kind = Campaign.Kind

DEFAULTS = {
    Kind.CITY: {"asks_filing": False, "has_territory": True, "has_sites": True},
    Kind.COUNTY: {"asks_filing": False, "has_territory": True, "has_sites": True},
    Kind.UNIT: {"asks_filing": True, "has_territory": False, "has_sites": False},
}

# Kinds of checklist (checklists.Checklist.Kind) the campaign is measured by.
CHECKLISTS = {Kind.CITY: ("main", "minors"), Kind.COUNTY: ("main",), Kind.UNIT: ("main",)}

# What the departments under the host usually are; the first is proposed for a new one.
PARTS = {
    Kind.CITY: (Department.Kind.UNIT, Department.Kind.REGION, Department.Kind.TOWN),
    Kind.COUNTY: (Department.Kind.UNIT, Department.Kind.TOWN),
    Kind.UNIT: (Department.Kind.SECTION,),
}

# Kinds of department that answer for an area.
TERRITORY = {
    Kind.CITY: (Department.Kind.REGION, Department.Kind.TOWN),
    Kind.COUNTY: (Department.Kind.TOWN,),
    Kind.UNIT: (),
}
