"""What the pages of a checkpoint and of a part show of proof: what is asked, what stands under it, what of ours could."""

from django.db.models import Count, Exists, OuterRef, Prefetch, Q

from checklists.forms.evidence import EvidenceForm
from checklists.models import Evidence, EvidenceFile, WantedProof

SEARCHED = ("title", "number", "caption", "place", "people", "subject", "background", "occasion")
REUSE = 8  # rows of "our materials" offered at once


def links_under(links):
    """Those of a visible checkpoint that are in force, in the order they came, with what a row shows."""
    files = Prefetch("evidence__files", EvidenceFile.objects.current().select_related("file"))  # scoped: of a visible checkpoint
    rows = links.running().select_related("by", "evidence__by", "evidence__department").prefetch_related(files)
    return list(rows.order_by("at", "pk"))


def wants(item):
    """Annotations: whether the item at this path asks for proof of a kind that is no file. Read by `wanted`."""
    rows = WantedProof.objects.filter(item=OuterRef(item))  # scoped: of a visible checkpoint or part
    return {f"wants_{kind}": Exists(rows.filter(kind=kind)) for kind in EvidenceForm.ASKED}


def wanted(row):
    return [kind for kind in EvidenceForm.ASKED if getattr(row, f"wants_{kind}")]


def reusable(viewer, checkpoint, text=""):
    """Material of the viewer's units that is not under this checkpoint yet, whichever campaign it was made in."""
    rows = Evidence.objects.visible_to(viewer).filter(department__in=viewer.department_ids)
    rows = rows.exclude(pk__in=checkpoint.links.running().values("evidence"))
    if text:
        rows = rows.filter(with_text(text))
    files = Count("files", filter=Q(files__until_no=None))
    return rows.select_related("department", "campaign").annotate(file_count=files)[:REUSE]


def with_text(text):
    """Records of material that hold the words in any of what they say."""
    found = Q()
    for name in SEARCHED:
        found |= Q(**{f"{name}__icontains": text})
    return found
