"""Every address of the portal: which methods it knows and what each role is answered. Printed in docs/access.md.

Addresses of a campaign are asked in the main campaign of tests/isolation.py. An answer is a status: 200 shown, 302 done (or
sent on), 422 done but for the empty form, 403 not open to the role, 404 not theirs to see. A POST sends `sends`, else
an empty form. Everybody who has no role in the campaign is answered 404, everybody who is not signed in is sent to sign in.
"""

import re
from dataclasses import dataclass, field
from urllib.parse import urlencode

from django.db import transaction
from django.test.client import MULTIPART_CONTENT

COLUMNS = ["office", "inspector", "leader", "head", "liaison", "neighbour"]


@dataclass(frozen=True)
class Page:
    """Answers by column. of: parameter of the address -> (model, label of the row); asks: the query of a GET."""

    get: str = ""
    post: str = ""
    of: dict = field(default_factory=dict)
    asks: str = ""
    sends: dict = field(default_factory=dict)

    def answers(self):
        """method -> column -> status"""
        return {
            method: dict(zip(COLUMNS, map(int, line.split()), strict=True))
            for method, line in (("GET", self.get), ("POST", self.post))
            if line
        }


def of(model, label, name="pk"):
    return {name: (model, label)}


PAGES = {
    "sign-in/": Page(get="302 302 302 302 302 302", post="302 302 302 302 302 302"),
    "sign-out/": Page(post="302 302 302 302 302 302"),
    "demo/": Page(post="404 404 404 404 404 404"),
    "password/<str:uid>/<str:token>/": Page(get="410 410 410 410 410 410", post="410 410 410 410 410 410"),
    "start/<str:token>/": Page(get="410 410 410 410 410 410", post="410 410 410 410 410 410"),
    "me/": Page(get="200 200 200 200 200 200", post="422 422 422 422 422 422", sends={"what": "password"}),
    "language/": Page(post="302 302 302 302 302 302", sends={"language": "zh-hans"}),
    "suggestions/": Page(get="200 200 200 200 200 200", post="422 422 422 422 422 422"),
    "messages/": Page(get="200 200 200 200 200 200"),
    "messages/read/": Page(post="302 302 302 302 302 302"),
    "messages/<int:pk>/": Page(post="404 404 404 302 404 404", of=of("Notice", "head")),
    "": Page(get="302 302 302 302 302 302"),
    "campaigns/new/": Page(get="200 403 403 403 403 403", post="422 403 403 403 403 403"),
    "c/<int:campaign>/settings/": Page(get="200 403 403 403 403 403"),
    "c/<int:campaign>/settings/campaign/": Page(get="200 403 403 403 403 403", post="422 403 403 403 403 403"),
    "c/<int:campaign>/settings/festivals/": Page(get="200 403 403 403 403 403", post="422 403 403 403 403 403"),
    "c/<int:campaign>/settings/days-off/": Page(get="200 403 403 403 403 403", post="422 403 403 403 403 403"),
    "c/<int:campaign>/settings/days-off/<int:pk>/drop/": Page(post="302 403 403 403 403 403", of=of("CampaignHoliday", "main")),
    "c/<int:campaign>/settings/work-groups/": Page(
        get="200 403 403 403 403 403", post="422 403 403 403 403 403", sends={"act": "make"}
    ),
    "c/<int:campaign>/settings/ranking-groups/": Page(
        get="200 403 403 403 403 403", post="422 403 403 403 403 403", sends={"act": "make"}
    ),
    "c/<int:campaign>/units/": Page(get="200 403 403 403 403 403"),
    "c/<int:campaign>/units/new/": Page(get="200 403 403 403 403 403", post="422 403 403 403 403 403"),
    "c/<int:campaign>/units/bulk/": Page(post="302 403 403 403 403 403"),
    "c/<int:campaign>/units/<int:pk>/": Page(
        get="200 403 403 403 403 403", post="422 403 403 403 403 403", of=of("Department", "bureau")
    ),
    "c/<int:campaign>/units/groups/": Page(get="200 403 403 403 403 403"),
    "c/<int:campaign>/units/groups/new/": Page(get="200 403 403 403 403 403", post="422 403 403 403 403 403"),
    "c/<int:campaign>/units/groups/<int:pk>/": Page(
        get="200 403 403 403 403 403", post="422 403 403 403 403 403", of=of("DepartmentGroup", "host")
    ),
    "c/<int:campaign>/participants/": Page(get="200 403 403 403 403 403"),
    "c/<int:campaign>/participants/bulk/": Page(post="302 403 403 403 403 403"),
    "c/<int:campaign>/participants/<int:pk>/": Page(
        get="200 403 403 403 403 403", post="302 403 403 403 403 403", of=of("Participation", "bureau"), sends={"what": "groups"}
    ),
    "c/<int:campaign>/members/": Page(get="200 403 403 200 403 200"),
    "c/<int:campaign>/members/new/": Page(get="200 403 403 200 403 200", post="422 403 403 422 403 422"),
    "c/<int:campaign>/members/<int:pk>/": Page(
        get="200 403 403 200 403 404", post="302 403 403 302 403 404", of=of("Membership", "liaison"), sends={"what": "post"}
    ),
    "c/<int:campaign>/members/<int:pk>/link/": Page(post="200 403 403 200 403 404", of=of("Membership", "liaison")),
    "c/<int:campaign>/members/<int:pk>/deputy/": Page(
        get="200 404 404 200 200 404", post="422 404 404 422 422 404", of=of("Membership", "liaison"), sends={"what": "name"}
    ),
    "c/<int:campaign>/members/<int:pk>/leave/": Page(
        get="200 404 404 200 403 404", post="422 404 404 422 403 404", of=of("Membership", "liaison")
    ),
    "c/<int:campaign>/log/": Page(get="200 403 403 403 403 403"),
    "c/<int:campaign>/standards/": Page(get="200 200 200 200 200 200"),
    "c/<int:campaign>/standards/upload/": Page(get="200 403 403 403 403 403", post="422 403 403 403 403 403"),
    "c/<int:campaign>/standards/imports/<int:pk>/": Page(
        get="200 404 404 404 404 404",
        post="302 404 404 404 404 404",
        of=of("Import", "main"),
        sends={"do": "know", "version": "1"},
    ),
    "c/<int:campaign>/standards/imports/<int:pk>/pairs/": Page(
        get="200 404 404 404 404 404", post="302 404 404 404 404 404", of=of("Import", "next"), sends={"version": "1"}
    ),
    "c/<int:campaign>/standards/<int:pk>/": Page(get="200 404 404 404 404 404", of=of("Standard", "draft")),
    "c/<int:campaign>/standards/<int:pk>/items/<int:item>/": Page(
        get="200 404 404 404 404 404", post="422 404 404 404 404 404", of=of("Standard", "draft") | of("Item", "draft", "item")
    ),
    "c/<int:campaign>/standards/<int:pk>/items/act/": Page(post="302 404 404 404 404 404", of=of("Standard", "draft")),
    "c/<int:campaign>/standards/<int:pk>/items/new/": Page(
        get="200 404 404 404 404 404", post="422 404 404 404 404 404", of=of("Standard", "draft")
    ),
    "c/<int:campaign>/standards/<int:pk>/items/<int:item>/move/": Page(
        get="200 404 404 404 404 404", post="422 404 404 404 404 404", of=of("Standard", "draft") | of("Item", "draft", "item")
    ),
    "c/<int:campaign>/standards/<int:pk>/items/<int:item>/split/": Page(
        get="200 404 404 404 404 404", post="422 404 404 404 404 404", of=of("Standard", "draft") | of("Item", "draft", "item")
    ),
    "c/<int:campaign>/standards/<int:pk>/edition/": Page(
        get="200 403 403 403 403 403", post="422 403 403 403 403 403", of=of("Standard", "adopted")
    ),
    "c/<int:campaign>/standards/<int:pk>/compare/": Page(get="200 200 200 200 200 200", of=of("Standard", "newer")),
    "c/<int:campaign>/standards/<int:pk>/carry/": Page(
        get="200 403 403 403 403 403", post="302 403 403 403 403 403", of=of("Standard", "newer"), sends={"do": "picked"}
    ),
    "c/<int:campaign>/standards/<int:pk>/file/<slug:kind>/": Page(get="200 200 200 200 200 200", of=of("Standard", "adopted")),
    "c/<int:campaign>/standards/<int:pk>/publish/": Page(post="302 404 404 404 404 404", of=of("Standard", "draft")),
    "c/<int:campaign>/standards/<int:pk>/adopt/": Page(
        get="302 403 403 403 403 403", post="302 403 403 403 403 403", of=of("Standard", "adopted")
    ),
    "c/<int:campaign>/imports/<int:pk>/file/": Page(get="200 404 404 404 404 404", of=of("Import", "main")),
    "c/<int:campaign>/imports/<int:pk>/marked/": Page(get="200 404 404 404 404 404", of=of("Import", "main")),
    "c/<int:campaign>/duties/": Page(get="200 200 200 200 200 200"),
    "c/<int:campaign>/duties/assign/": Page(
        get="200 403 403 403 403 403", post="302 403 403 403 403 403", asks="act=lead&pick={led}"
    ),
    "c/<int:campaign>/duties/bulk/<int:pk>/": Page(
        get="200 404 404 404 404 404", post="200 404 404 404 404 404", of=of("BulkAct", "main")
    ),
    "c/<int:campaign>/duties/issue/": Page(get="200 403 403 403 403 403", post="302 403 403 403 403 403"),
    "c/<int:campaign>/duties/matrix/": Page(get="200 200 200 200 200 200"),
    "c/<int:campaign>/duties/gaps/": Page(get="200 200 200 200 200 200"),
    "c/<int:campaign>/duties/<int:pk>/edit/": Page(
        get="200 403 403 403 403 403", post="422 403 403 403 403 403", of=of("Duty", "led")
    ),
    "c/<int:campaign>/duties/<int:pk>/split/": Page(
        get="200 403 403 403 403 403", post="422 403 403 403 403 403", of=of("Duty", "led")
    ),
    "c/<int:campaign>/duties/<int:pk>/claim/": Page(
        get="403 403 403 200 200 200", post="403 403 403 422 422 422", of=of("Duty", "free")
    ),
    "c/<int:campaign>/claims/<int:pk>/": Page(
        get="200 404 403 404 404 403", post="422 404 403 404 404 403", of=of("Claim", "open")
    ),
    "c/<int:campaign>/plan/": Page(get="200 200 200 200 200 200"),
    "c/<int:campaign>/plan/stages/": Page(get="200 403 403 403 403 403", post="422 403 403 403 403 403"),
    "c/<int:campaign>/plan/addresses/": Page(post="302 302 302 302 302 302"),
    "c/<int:campaign>/plan/addresses/<int:pk>/revoke/": Page(post="404 404 404 302 302 404", of=of("CalendarFeed", "unit")),
    "c/<int:campaign>/plan/<str:paper>.pdf": Page(get="404 404 404 404 404 404"),  # no day of assessment is set
    "calendar/<str:key>.ics": Page(get="404 404 404 404 404 404"),
    "c/<int:campaign>/imports/<int:pk>/again/": Page(
        post="302 404 404 404 404 404", of=of("Import", "main"), sends={"kind": "sites"}
    ),
    "c/<int:campaign>/responsibilities/upload/": Page(get="200 403 403 403 403 403", post="422 403 403 403 403 403"),
    "c/<int:campaign>/responsibilities/imports/<int:pk>/": Page(
        get="200 404 404 404 404 404",
        post="302 404 404 404 404 404",
        of=of("Import", "main_table"),
        sends={"do": "know", "version": "1"},
    ),
    "c/<int:campaign>/responsibilities/<int:pk>/copy/": Page(
        get="200 403 403 403 403 403", post="422 403 403 403 403 403", of=of("Checklist", "main")
    ),
    "c/<int:campaign>/responsibilities/<int:pk>/export/": Page(get="200 200 200 200 200 200", of=of("Checklist", "main")),
    "c/<int:campaign>/responsibilities/<int:pk>/progress/export/": Page(
        get="200 403 200 200 200 200", of=of("Checklist", "main")
    ),
    "c/<int:campaign>/responsibilities/<int:pk>/columns/<slug:table>/": Page(
        get="200 403 403 403 403 403", post="422 403 403 403 403 403", of=of("Checklist", "main")
    ),
    "c/<int:campaign>/people/upload/": Page(get="200 403 403 403 403 403", post="422 403 403 403 403 403"),
    "c/<int:campaign>/people/template/": Page(get="200 403 403 403 403 403"),
    "c/<int:campaign>/people/imports/<int:pk>/": Page(
        get="200 404 404 404 404 404",
        post="302 404 404 404 404 404",
        of=of("Import", "main_people"),
        sends={"do": "know", "version": "1"},
    ),
    "c/<int:campaign>/people/imports/<int:pk>/links/": Page(post="302 404 404 404 404 404", of=of("Import", "main_people")),
    "c/<int:campaign>/mine/": Page(get="403 403 403 200 200 200"),
    "c/<int:campaign>/mine/sign/": Page(post="302 302 302 302 302 302"),
    "c/<int:campaign>/duties/<int:pk>/": Page(get="200 200 200 200 200 200", of=of("Duty", "led")),
    "c/<int:campaign>/assignments/<int:pk>/move/": Page(
        post="403 404 403 302 302 404", of=of("Assignment", "section"), sends={"move": "accept"}
    ),
    "c/<int:campaign>/checkpoints/": Page(get="200 403 200 403 403 403"),
    "c/<int:campaign>/checkpoints/<int:pk>/": Page(get="200 404 200 200 200 404", of=of("Checkpoint", "lead")),
    "c/<int:campaign>/checkpoints/<int:pk>/move/": Page(
        post="403 404 403 302 302 404", of=of("Checkpoint", "lead"), sends={"move": "submit"}
    ),
    "c/<int:campaign>/checkpoints/<int:pk>/proof/": Page(
        post="403 404 403 302 302 404", of=of("Checkpoint", "lead"), sends={"evidence": ("Evidence", "own")}
    ),
    "c/<int:campaign>/checkpoints/<int:pk>/parts/": Page(
        get="403 404 403 200 200 404", post="403 404 403 422 422 404", of=of("Checkpoint", "lead")
    ),
    "c/<int:campaign>/parts/<int:pk>/": Page(get="200 404 200 200 200 404", of=of("Share", "to_section")),
    "c/<int:campaign>/parts/<int:pk>/move/": Page(
        post="403 404 403 302 302 404", of=of("Share", "to_section"), sends={"move": "take_back"}
    ),
    "c/<int:campaign>/parts/<int:pk>/proof/": Page(post="403 404 403 422 422 404", of=of("Share", "to_section")),
    "c/<int:campaign>/evidence/": Page(get="200 403 200 200 200 200"),
    "c/<int:campaign>/evidence/new/": Page(get="403 403 403 200 200 200", post="403 403 403 422 422 422"),
    "c/<int:campaign>/evidence/<int:pk>/": Page(get="200 404 200 200 200 404", of=of("Evidence", "own")),
    "c/<int:campaign>/evidence/<int:pk>/edit/": Page(
        get="403 404 403 200 200 404", post="403 404 403 422 422 404", of=of("Evidence", "own")
    ),
    "c/<int:campaign>/evidence/<int:pk>/item/": Page(post="403 404 403 422 422 404", of=of("Evidence", "own")),
    "c/<int:campaign>/evidence/files/<int:pk>/original/": Page(get="200 404 403 200 200 404", of=of("EvidenceFile", "own")),
    "c/<int:campaign>/uploads/": Page(post="403 403 403 422 422 422"),
    "c/<int:campaign>/uploads/<uuid:key>/": Page(
        get="404 404 404 200 404 404", post="404 404 404 409 404 404", of=of("Upload", "head", "key")
    ),
    "c/<int:campaign>/bundles/new/": Page(get="403 403 403 200 200 200", post="403 403 403 422 422 422"),
    "c/<int:campaign>/bundles/sheet/": Page(get="403 403 403 200 200 200"),
    "c/<int:campaign>/bundles/<int:pk>/": Page(
        get="404 404 404 200 200 404", post="404 404 404 422 422 404", of=of("Bundle", "head")
    ),
    "c/<int:campaign>/material/": Page(get="200 403 200 200 200 200"),
    "c/<int:campaign>/material/<int:pk>/window/": Page(post="302 403 403 403 403 403", of=of("Checklist", "main")),
    "c/<int:campaign>/packages/": Page(get="200 403 200 200 200 200"),
    "c/<int:campaign>/packages/new/": Page(post="422 403 403 422 422 422"),
    "c/<int:campaign>/packages/<int:pk>/file/": Page(get="200 403 200 200 200 404", of=of("Package", "head")),
    "c/<int:campaign>/dossiers/<int:checklist>/<int:item>/": Page(
        get="200 403 200 200 200 200", of=of("Checklist", "main", "checklist") | of("Item", "main", "item")
    ),
    "c/<int:campaign>/evidence/files/<int:pk>/": Page(get="200 404 200 200 200 404", of=of("EvidenceFile", "own")),
    "c/<int:campaign>/evidence/files/<int:pk>/<slug:rendition>/": Page(
        get="200 404 200 200 200 404", of=of("EvidenceFile", "own")
    ),
    "c/<int:campaign>/disputes/": Page(get="200 403 200 200 200 200"),
    "c/<int:campaign>/disputes/<int:pk>/": Page(
        get="200 404 200 404 404 200", post="422 404 403 404 404 403", of=of("Dispute", "open")
    ),
    "c/<int:campaign>/disputes/<int:pk>/visit/": Page(
        get="302 404 302 404 404 302", post="422 404 403 404 404 403", of=of("Dispute", "open")
    ),
    "c/<int:campaign>/disputes/<int:pk>/photos/<int:file>/<slug:size>/": Page(
        get="200 404 200 404 404 200", of=of("Dispute", "open") | of("StoredFile", "visit", "file")
    ),
    "c/<int:campaign>/disputes/<int:pk>/keep/": Page(
        get="403 403 403 403 403 403", post="403 403 403 403 403 403", of=of("Dispute", "open")
    ),
    "c/<int:campaign>/disputes/findings/<int:pk>/": Page(
        get="200 404 200 404 404 200", post="422 404 403 404 404 403", of=of("FindingDispute", "disputed")
    ),
    "c/<int:campaign>/disputes/findings/<int:pk>/visit/": Page(
        get="302 404 302 404 404 302", post="422 404 403 404 404 403", of=of("FindingDispute", "disputed")
    ),
    "c/<int:campaign>/disputes/findings/<int:pk>/photos/<int:file>/<slug:size>/": Page(
        get="200 404 200 404 404 200",
        of=of("FindingDispute", "disputed") | of("StoredFile", "visit_disputed", "file"),
    ),
    "c/<int:campaign>/disputes/findings/<int:pk>/keep/": Page(
        get="403 403 403 403 403 403", post="403 403 403 403 403 403", of=of("FindingDispute", "disputed")
    ),
    "c/<int:campaign>/disputes/rules/": Page(get="200 403 200 200 200 200"),
    "c/<int:campaign>/disputes/rules/<int:pk>/end/": Page(post="422 403 403 403 403 403", of=of("Precedent", "main")),
    "c/<int:campaign>/progress/": Page(get="200 403 200 200 200 200"),
    "c/<int:campaign>/findings/": Page(get="200 200 200 200 200 200"),
    "c/<int:campaign>/findings/bulk/": Page(post="302 302 302 302 302 302", sends={"act": "accept"}),
    "c/<int:campaign>/findings/new/": Page(get="200 200 403 403 403 403", post="422 422 403 403 403 403"),
    "c/<int:campaign>/findings/propose/": Page(get="200 200 403 403 403 403", asks="text=a"),
    "c/<int:campaign>/findings/export/": Page(get="200 200 200 200 200 200"),
    "c/<int:campaign>/findings/chat/": Page(get="200 403 403 403 403 403"),
    "c/<int:campaign>/findings/<int:pk>/": Page(get="200 200 200 200 200 404", of=of("Finding", "issued")),
    "c/<int:campaign>/findings/<int:pk>/edit/": Page(
        get="200 403 403 403 403 404", post="422 403 403 403 403 404", of=of("Finding", "issued")
    ),
    "c/<int:campaign>/findings/<int:pk>/move/": Page(
        post="403 403 403 302 302 404", of=of("Finding", "issued"), sends={"move": "accept"}
    ),
    "c/<int:campaign>/findings/<int:pk>/files/<int:file>/<slug:size>/": Page(
        get="200 200 200 200 200 404", of=of("Finding", "issued") | of("StoredFile", "issued", "file")
    ),
    "c/<int:campaign>/extensions/<int:pk>/": Page(post="422 403 403 403 403 404", of=of("Extension", "issued")),
    "c/<int:campaign>/items/search/": Page(get="200 200 403 403 403 403", asks="item_q=a"),
    "c/<int:campaign>/sites/": Page(get="200 200 200 200 200 200"),
    "c/<int:campaign>/sites/new/": Page(get="200 403 403 403 403 403", post="422 403 403 403 403 403"),
    "c/<int:campaign>/sites/search/": Page(get="200 200 403 403 403 403", asks="site=a"),
    "c/<int:campaign>/sites/<int:pk>/": Page(
        get="200 403 403 403 403 404", post="422 403 403 403 403 404", of=of("Site", "line")
    ),
    "c/<int:campaign>/sites/<int:pk>/end/": Page(post="302 403 403 403 403 404", of=of("Site", "line")),
    "c/<int:campaign>/findings/upload/": Page(get="200 403 403 403 403 403", post="422 403 403 403 403 403"),
    "c/<int:campaign>/findings/file/template/": Page(get="200 403 403 403 403 403"),
    "c/<int:campaign>/findings/imports/<int:pk>/": Page(
        get="200 404 404 404 404 404",
        post="302 404 404 404 404 404",
        of=of("Import", "main_ledger"),
        sends={"do": "know", "version": "1"},
    ),
    "c/<int:campaign>/sites/upload/": Page(get="200 403 403 403 403 403", post="422 403 403 403 403 403"),
    "c/<int:campaign>/sites/file/template/": Page(get="200 403 403 403 403 403"),
    "c/<int:campaign>/sites/file/": Page(get="200 403 403 403 403 403"),
    "c/<int:campaign>/sites/imports/<int:pk>/": Page(
        get="200 404 404 404 404 404",
        post="302 404 404 404 404 404",
        of=of("Import", "main_sites"),
        sends={"do": "know", "version": "1"},
    ),
    "c/<int:campaign>/sites/kinds/": Page(get="200 200 200 200 200 200"),
    "c/<int:campaign>/sites/kinds/new/": Page(get="200 403 403 403 403 403", post="422 403 403 403 403 403"),
    "c/<int:campaign>/sites/kinds/<int:pk>/": Page(
        get="200 403 403 403 403 403", post="422 403 403 403 403 403", of=of("SiteKind", "host")
    ),
    "c/<int:campaign>/rounds/": Page(get="200 200 200 200 200 200"),
    "c/<int:campaign>/rounds/new/": Page(get="200 403 403 403 403 403", post="422 403 403 403 403 403"),
    "c/<int:campaign>/rounds/<int:pk>/": Page(get="200 200 200 404 404 404", of=of("Round", "overt")),
    "c/<int:campaign>/rounds/<int:pk>/edit/": Page(
        get="200 403 403 404 404 404", post="422 403 403 404 404 404", of=of("Round", "overt")
    ),
    "c/<int:campaign>/reminders/": Page(get="200 403 403 403 403 403"),
    "c/<int:campaign>/limits/": Page(get="200 403 403 403 403 403"),
    "c/<int:campaign>/limits/new/": Page(get="200 403 403 403 403 403", post="422 403 403 403 403 403"),
    "c/<int:campaign>/limits/<int:pk>/": Page(
        get="200 403 403 403 403 403", post="422 403 403 403 403 403", of=of("ProblemKind", "main")
    ),
    "c/<int:campaign>/limits/days/": Page(get="200 403 403 403 403 403", post="422 403 403 403 403 403"),
    "c/<int:campaign>/": Page(get="200 200 200 200 200 200"),
    "c/<int:campaign>/bulletins/": Page(get="200 200 200 200 200 200"),
    "c/<int:campaign>/bulletins/new/": Page(post="302 403 403 403 403 403"),
    "c/<int:campaign>/bulletins/<int:pk>/": Page(get="200 404 200 404 404 404", of=of("Bulletin", "draft")),
    "c/<int:campaign>/bulletins/<int:pk>/edit/": Page(
        get="200 404 403 404 404 404", post="422 404 403 404 404 404", of=of("Bulletin", "draft")
    ),
    "c/<int:campaign>/bulletins/<int:pk>/move/": Page(
        post="302 404 403 404 404 404", of=of("Bulletin", "draft"), sends={"move": "review"}
    ),
    "c/<int:campaign>/bulletins/<int:pk>/correct/": Page(post="302 403 403 403 403 403", of=of("Bulletin", "published")),
    "c/<int:campaign>/bulletins/<int:pk>/paper.pdf": Page(get="200 200 200 200 200 200", of=of("Bulletin", "published")),
    "c/<int:campaign>/bulletins/<int:pk>/signature/": Page(get="200 404 200 404 404 404", of=of("Bulletin", "signed")),
    "c/<int:campaign>/bulletins/<int:pk>/rate/": Page(get="200 403 200 403 403 403", of=of("Bulletin", "published")),
    "c/<int:campaign>/bulletins/<int:pk>/rows/<str:column>/": Page(get="200 200 200 200 200 200", of=of("Bulletin", "published")),
    "c/<int:campaign>/bulletins/<int:pk>/progress/<int:project>/<str:column>/": Page(
        get="200 200 200 200 200 200", of=of("Bulletin", "published")
    ),
    "api/v1/campaigns/<int:campaign>/duties/": Page(get="200 200 200 200 200 200"),
    "api/v1/campaigns/<int:campaign>/duties/issue/": Page(post="200 403 403 403 403 403"),
    "api/v1/campaigns/<int:campaign>/duties/<int:pk>/": Page(get="200 200 200 200 200 200", of=of("Duty", "led")),
    "api/v1/campaigns/<int:campaign>/assignments/": Page(get="200 200 200 200 200 200"),
    "api/v1/campaigns/<int:campaign>/assignments/<int:pk>/": Page(get="200 404 200 200 200 404", of=of("Assignment", "lead")),
    "api/v1/campaigns/<int:campaign>/assignments/<int:pk>/move/": Page(
        post="403 404 403 200 200 404", of=of("Assignment", "section"), sends={"move": "accept"}
    ),
    "api/v1/campaigns/<int:campaign>/checkpoints/": Page(get="200 200 200 200 200 200"),
    "api/v1/campaigns/<int:campaign>/checkpoints/<int:pk>/": Page(get="200 404 200 200 200 404", of=of("Checkpoint", "lead")),
    "api/v1/campaigns/<int:campaign>/checkpoints/<int:pk>/move/": Page(
        post="403 404 403 200 200 404", of=of("Checkpoint", "lead"), sends={"move": "submit"}
    ),
    "api/v1/campaigns/<int:campaign>/findings/": Page(
        get="200 200 200 200 200 200",
        post="201 201 403 403 403 403",
        sends={"key": "7f6b9a52-6d0a-4c0e-9a51-3f3c1a2b4c5d", "text": "x", "place": "x"},
    ),
    "api/v1/campaigns/<int:campaign>/findings/<int:pk>/": Page(get="200 200 200 200 200 404", of=of("Finding", "issued")),
    "api/v1/campaigns/<int:campaign>/findings/<int:pk>/move/": Page(
        post="403 403 403 200 200 404", of=of("Finding", "issued"), sends={"move": "accept"}
    ),
    "api/v1/campaigns/<int:campaign>/disputes/": Page(get="200 200 200 200 200 200"),
    "api/v1/campaigns/<int:campaign>/disputes/<int:pk>/": Page(get="200 404 200 404 404 200", of=of("Dispute", "open")),
    "api/v1/campaigns/<int:campaign>/disputes/<int:pk>/visit/": Page(post="400 404 403 404 404 403", of=of("Dispute", "open")),
    "api/v1/campaigns/<int:campaign>/disputes/<int:pk>/found/": Page(post="400 404 403 404 404 403", of=of("Dispute", "open")),
    "api/v1/campaigns/<int:campaign>/disputes/<int:pk>/rule/": Page(post="400 404 403 404 404 403", of=of("Dispute", "open")),
    "api/v1/campaigns/<int:campaign>/finding-disputes/": Page(get="200 200 200 200 200 200"),
    "api/v1/campaigns/<int:campaign>/finding-disputes/<int:pk>/": Page(
        get="200 404 200 404 404 200", of=of("FindingDispute", "disputed")
    ),
    "api/v1/campaigns/<int:campaign>/finding-disputes/<int:pk>/visit/": Page(
        post="400 404 403 404 404 403", of=of("FindingDispute", "disputed")
    ),
    "api/v1/campaigns/<int:campaign>/finding-disputes/<int:pk>/found/": Page(
        post="400 404 403 404 404 403", of=of("FindingDispute", "disputed")
    ),
    "api/v1/campaigns/<int:campaign>/finding-disputes/<int:pk>/rule/": Page(
        post="400 404 403 404 404 403", of=of("FindingDispute", "disputed")
    ),
    "api/v1/schema/": Page(get="200 200 200 200 200 200"),
    "api/v1/docs/": Page(get="200 200 200 200 200 200"),
    "healthz": Page(get="200 200 200 200 200 200"),
    "readyz": Page(get="503 503 503 503 503 503"),
}

# Open to people who are not signed in, with what they are answered.
OPEN = {
    ("sign-in/", "GET"): 200,
    ("sign-in/", "POST"): 422,
    ("demo/", "POST"): 404,  # no demo runs
    ("password/<str:uid>/<str:token>/", "GET"): 410,
    ("password/<str:uid>/<str:token>/", "POST"): 410,
    ("start/<str:token>/", "GET"): 410,
    ("start/<str:token>/", "POST"): 410,
    ("language/", "POST"): 302,
    ("calendar/<str:key>.ics", "GET"): 404,  # the key is the secret
    ("healthz", "GET"): 200,
    ("readyz", "GET"): 503,  # no runner beside the tests
}

# Rows of the register hang on the host, both of its campaigns find them; a published standard may be adopted by all.
SHARED = {
    "units/<int:pk>/",
    "units/groups/<int:pk>/",
    "sites/<int:pk>/",
    "sites/<int:pk>/end/",
    "sites/kinds/<int:pk>/",
    "standards/<int:pk>/adopt/",
    "standards/<int:pk>/edition/",
    "standards/<int:pk>/compare/",
    "standards/<int:pk>/carry/",
    "standards/<int:pk>/file/<slug:kind>/",
}


# --- asking one ----------------------------------------------------------------------------------

PLAIN = {
    "column": "late",
    "kind": "json",
    "paper": "A4",
    "table": "progress",
    "project": "0",
    "rendition": "thumb",
    "size": "thumb",
    "uid": "x",
    "token": "x",
    "key": "x",
}


def address(world, route, page, campaign="main"):
    """The route with the ids of the page's rows in it."""
    values = (
        PLAIN
        | {"campaign": world.campaigns[campaign].pk}
        | {name: world[row].key if name == "key" else world[row].pk for name, row in page.of.items()}
    )
    return "/" + re.sub(r"<\w+:(\w+)>", lambda part: str(values[part[1]]), route)


URLENCODED = "application/x-www-form-urlencoded"  # how a browser sends a form that names no other way


def ask(client, method, url, query="", data=None, way=MULTIPART_CONTENT):
    """The answer, with everything it wrote taken back. way: the form's enctype."""
    url += f"?{query}" if query and method == "GET" else ""
    fields = {"csrfmiddlewaretoken": "as a browser sends it"} | (data or {})
    body = [urlencode(fields) if way == URLENCODED else fields, way] if method == "POST" else []
    cookies = dict(client.cookies)
    with transaction.atomic():
        answer = getattr(client, method.lower())(url, *body)
        if answer.streaming:
            answer.streaming_content = list(answer.streaming_content)
        transaction.set_rollback(True)
    client.cookies.clear()
    client.cookies.update(cookies)
    return answer


def sent(world, page):
    """(query of a GET, what a POST sends), with ids in the place of rows."""
    data = {name: world[value].pk if isinstance(value, tuple) else value for name, value in page.sends.items()}
    return page.asks.format(led=world["Duty", "led"].pk), data
