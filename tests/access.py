"""Who sees which rows and may make which moves: the one table, compared by tests/test_access.py, printed in docs/access.md.

Viewers are those of tests/isolation.py; a viewer that is not named sees nothing. Several viewers with one answer share a line.
"""

from collections import defaultdict

# Everybody with a role in the main campaign.
HERE = "office inspector covert leader head liaison section supporter neighbour both twice"
SISTER = "sister twice_sister"
UNIT = "unit_office unit_head"
OFFICE = "office both"
READS_ALL = "office both leader"

# Settings and lists that all members of a campaign read: one line for each campaign.
OF_CAMPAIGN = {HERE: "main", SISTER: "sister", UNIT: "unit"}
OFFICE_ONLY = {OFFICE: "main", SISTER: "sister", "unit_office": "unit"}

FINDINGS = {
    READS_ALL: "draft issued answered section covert_draft covert_issued moved disputed no_unit on_the_spot void_draft",
    "inspector": "draft issued answered section no_unit on_the_spot",
    "covert": "covert_draft covert_issued",
    "head liaison": "issued answered section",
    "section": "section",
    "supporter": "issued moved",
    "neighbour twice": "covert_issued disputed",
    SISTER: "sister",
}

SEES = {
    "accounts.Department": {
        f"{HERE} {SISTER}": "host bureau section support neighbour school class",
        UNIT: "school class",
    },
    "accounts.DepartmentGroup": {f"{HERE} {SISTER}": "host", UNIT: "school"},
    "accounts.Event": OFFICE_ONLY,
    "campaigns.RankingGroup": OF_CAMPAIGN,
    "campaigns.WorkGroup": OF_CAMPAIGN,
    "campaigns.CampaignHoliday": OF_CAMPAIGN,
    "campaigns.Festival": OF_CAMPAIGN,
    "campaigns.Participation": {HERE: "bureau section support neighbour gone", SISTER: "sister", UNIT: "unit"},
    "campaigns.Membership": {
        OFFICE: "office inspector covert leader head liaison section supporter neighbour both both_head twice ended later",
        "inspector": "inspector",
        "covert": "covert",
        "leader": "leader",
        "head liaison": "head liaison section both_head",
        "section": "section",
        "supporter": "supporter",
        "neighbour twice": "neighbour twice",
        SISTER: "twice@sister sister@sister",
        "unit_office": "unit_office@unit unit_head@unit",
        "unit_head": "unit_head@unit",
    },
    "checklists.Standard": {
        OFFICE: "adopted newer draft sister unit",
        "inspector covert leader head liaison section supporter neighbour twice": "adopted newer",
        SISTER: "adopted newer sister sister_draft unit",
        "unit_office": "adopted newer sister unit",
        "unit_head": "unit",
    },
    "checklists.Checklist": OF_CAMPAIGN,
    "checklists.Duty": {
        OFFICE: "led section draft disputed free",
        "inspector covert leader head liaison section supporter neighbour twice": "led section disputed free",
        SISTER: "sister",
        UNIT: "unit",
    },
    "checklists.Assignment": {
        OFFICE: "lead support section draft ended disputed",
        "leader": "lead support section ended disputed",
        "head liaison": "lead support section",
        "section": "section",
        "supporter": "support",
        "neighbour twice": "ended disputed",
        SISTER: "sister",
        UNIT: "unit",
    },
    "checklists.Checkpoint": {
        READS_ALL: "lead handed_in support section ended disputed",
        "head liaison": "lead handed_in support section",
        "section": "section",
        "supporter": "support",
        "neighbour twice": "ended disputed",
        SISTER: "sister",
        UNIT: "unit",
    },
    "checklists.Share": {
        READS_ALL: "to_section to_person taken_back supporting",
        "head liaison": "to_section to_person taken_back",
        "section": "to_section taken_back",
        "supporter": "supporting",
        SISTER: "sister",
        UNIT: "unit",
    },
    "checklists.Evidence": {
        READS_ALL: "own supporting taken_off neighbour shared",
        "head liaison": "own supporting shared sister",
        "supporter": "supporting taken_off",
        "neighbour twice": "neighbour",
        SISTER: "shared sister",
        UNIT: "unit",
    },
    "checklists.Bundle": {"head liaison both": "head", "neighbour twice": "neighbour"},
    "checklists.Package": {
        READS_ALL: "head all_head neighbour all_neighbour",
        "head liaison": "head",
        "neighbour twice": "neighbour",
        SISTER: "sister all_sister",
    },
    "checklists.Dispute": {f"{READS_ALL} neighbour twice": "open"},
    "checklists.Claim": {f"{READS_ALL} neighbour twice": "open"},
    "checklists.BulkAct": {OFFICE: "main"},
    "checklists.ExportLayout": OF_CAMPAIGN,
    "checklists.CalendarFeed": {"head liaison both": "unit", "neighbour": "person"},
    "campaigns.PlanStage": OF_CAMPAIGN,
    "checklists.Import": {
        OFFICE: "main main_table main_people main_sites main_ledger next",
        SISTER: "sister sister_table sister_people sister_sites sister_ledger",
        "unit_office": "unit unit_table unit_people unit_sites unit_ledger",
    },
    "inspections.SiteKind": {f"{HERE} {SISTER}": "host lined", UNIT: "school"},
    "inspections.Site": {
        f"{READS_ALL} inspector covert {SISTER}": "street line kind_line",
        "head liaison": "line",
        "supporter": "kind_line",
        "neighbour twice": "street",
        "unit_office": "school",
    },
    "inspections.Round": {READS_ALL: "overt covert", "inspector": "overt", "covert": "covert", SISTER: "sister"},
    "inspections.ProblemKind": OF_CAMPAIGN,
    "inspections.LimitRule": OF_CAMPAIGN,
    "inspections.Finding": FINDINGS,
    "inspections.Precedent": {READS_ALL: "main own", "head liaison": "own", "neighbour twice": "main", SISTER: "sister"},
    "inspections.Reminder": {OFFICE: "issued", SISTER: "sister"},
    "reports.Bulletin": {
        READS_ALL: "draft signed published limited",
        "head liaison": "published limited",
        "inspector covert section supporter neighbour twice": "published",
        SISTER: "sister",
    },
}

# Children of a finding are seen with it.
WITH_FINDING = [
    "inspections.FindingAssignment",
    "inspections.FindingFile",
    "inspections.FindingSpell",
    "inspections.Rectification",
    "inspections.Extension",
    "inspections.FindingDispute",
]

# Rows that only ever hang on a row of the table, are one person's own, or belong to the machine.
NOT_SCOPED = {
    "accounts.User": "named by the rows they act in; the office finds its campaign's people through Membership",
    "accounts.Alias": "read with its Department",
    "accounts.Feedback": "written by all, read by the keeper",
    "campaigns.Campaign": "`.of(user)`: campaigns in which the person holds a role today",
    "campaigns.Holiday": "the national calendar: everybody's",
    "campaigns.Counter": "numbers of documents: written by actions alone",
    "campaigns.StoredFile": "served only through the row it hangs on",
    "checklists.Item": "read with its Standard",
    "checklists.ScoreStep": "read with its Item",
    "checklists.WantedProof": "read with its Item",
    "checklists.ItemOrigin": "read with its Item",
    "checklists.CarriedDuty": "read with its Duty",
    "checklists.SheetMapping": "read with an Import: the office's own words for headings",
    "checklists.EvidenceFile": "read with its Evidence",
    "checklists.EvidenceLink": "read with its Checkpoint, or with its Evidence under an item",
    "checklists.EvidenceVersion": "read with its Evidence",
    "checklists.ProofWindow": "read with its Checklist",
    "checklists.Upload": "`.of(viewer)`: one's own, in the campaign",
    "inspections.SiteCheck": "read with its SiteKind",
    "inspections.RectificationFile": "read with its Rectification",
    "inspections.SweepDay": "the sweep's own book-keeping",
    "notices.Notice": "`.of(user)`: one's own messages",
    "notices.Delivery": "the outbox of mails: the machine's",
}

# Machine, the row it is asked about -> move -> who may. States are set aside: they are in the tables of moves.
MOVES = {
    ("checklists.actions.assignments.ASSIGNMENT_MOVES", "Assignment", "lead"): {
        "issue look_again end": OFFICE,
        "accept": "head liaison both",
        "dispute": "head both",
        "refuse uphold": "office",
        "finish sign_claim": "",
    },
    ("checklists.actions.checkpoints.CHECKPOINT_MOVES", "Checkpoint", "handed_in"): {
        "submit withdraw ask_skip": "head liaison both",
        "approve return set_aside accept_skip refuse_skip": "office",
    },
    ("checklists.actions.shares.SHARE_MOVES", "Share", "to_section"): {
        "finish": "head liaison both section",
        "reopen take_back": "head liaison both",
    },
    ("checklists.actions.shares.SHARE_MOVES", "Share", "supporting"): {
        "finish reopen take_back": "supporter",
    },
    ("inspections.actions.findings.MOVES", "Finding", "answered"): {
        "issue": OFFICE,
        "put_right": "office inspector",
        "accept submit": "head liaison both",
        "dispute": "head both",
        "rule transfer park void": "office",
        "resume relapse": OFFICE,
        "close return": "office inspector",
    },
    ("inspections.actions.findings.MOVES", "Finding", "covert_issued"): {
        "issue": OFFICE,
        "put_right": "office both covert",
        "accept submit": "neighbour twice",
        "dispute": "neighbour",
        "rule transfer park void": OFFICE,
        "resume relapse": OFFICE,
        "close return": "office both covert",
    },
    ("reports.actions.MOVES", "Bulletin", "draft"): {
        "review publish sign_paper": OFFICE,
        "sign": "leader",
        "return": READS_ALL,
    },
}


def by_viewer(lines):
    """{"a b": "x y"} -> {"a": {"x", "y"}, "b": {"x", "y"}}; a viewer may stand in one line only."""
    found = defaultdict(set)
    for viewers, labels in lines.items():
        for viewer in viewers.split():
            if viewer in found:
                raise ValueError(f"{viewer} stands in two lines")
            found[viewer] = set(labels.split())
    return found
