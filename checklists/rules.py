"""Who may do what with a responsibility and what hangs under it; read by the tables of moves.

Each rule takes the viewer and a row with `campaign_id` and `department_id`. The portal itself (None) may nothing but
what `by_portal` names. Source: docs/access.md, "progress, proof, disputes".
"""

from django.db.models import Q


def _here(viewer, row) -> bool:
    return viewer is not None and viewer.campaign.pk == row.campaign_id


def by_portal(viewer, row) -> bool:
    return viewer is None


def is_office(viewer, row) -> bool:
    return _here(viewer, row) and viewer.is_office


def may_rule(viewer, row) -> bool:
    """The office, but nobody for a unit of which they are head or liaison."""
    return is_office(viewer, row) and row.department_id not in viewer.department_ids


def may_rule_case(viewer, objection) -> bool:
    """The same of an objection: nobody, either, whose unit answers with others for what it is about."""
    return may_rule(viewer, objection) and not objection.concerns(viewer.department_ids)


def may_review(viewer, checkpoint) -> bool:
    """Who may rule, but nobody who handed it in, asked to leave it out or wrote a piece of its proof while of the unit."""
    if not may_rule(viewer, checkpoint) or viewer.user.pk in (checkpoint.submitted_by_id, checkpoint.skip_asked_by_id):
        return False
    mine = Q(evidence__by=viewer.user) | Q(evidence__changed_by=viewer.user) | Q(evidence__versions__by=viewer.user)
    return not checkpoint.links.running().filter(mine).exists()


def owns_material(viewer, evidence) -> bool:
    """The record is of one's own unit, in whichever campaign it was made."""
    return viewer is not None and evidence.department_id in viewer.department_ids


def belongs(viewer, row) -> bool:
    """Head or liaison of the unit or of one above it."""
    return _here(viewer, row) and row.department_id in viewer.department_ids


def is_head(viewer, row) -> bool:
    return _here(viewer, row) and row.department_id in viewer.head_of


def may_submit(viewer, row) -> bool:
    """The head; the liaison where the campaign allows it."""
    return is_head(viewer, row) or (belongs(viewer, row) and viewer.campaign.liaison_may_submit)


def may_share(viewer, row) -> bool:
    """Whoever signs for the unit splits its work inside. row: of the unit as a whole."""
    return may_submit(viewer, row)


def holds_share(viewer, share) -> bool:
    """The named person and who stands in for them, head or liaison of the section."""
    if not _here(viewer, share):
        return False
    named = share.person_id == viewer.user.pk or viewer.stands_for(share.person_id, share.department)
    return bool(named) or share.section_id in viewer.department_ids


def may_finish_share(viewer, share) -> bool:
    """Who has it in hand, or the unit itself."""
    return holds_share(viewer, share) or may_share(viewer, share)


def may_attach(viewer, checkpoint) -> bool:
    """The unit, and whoever has a part of this very checkpoint in hand: proof of their own goes under it."""
    if belongs(viewer, checkpoint):
        return True
    return any(holds_share(viewer, share) for share in checkpoint.shares.standing().select_related("department"))


def may_dispute(viewer, row) -> bool:
    return is_head(viewer, row) or (belongs(viewer, row) and viewer.campaign.liaison_may_dispute)


def for_head(viewer, row) -> bool | None:
    """True when a liaison acts in the head's place (联络员代提交); None keeps it out of the log."""
    return True if belongs(viewer, row) and not is_head(viewer, row) else None


def owns_standard(viewer, standard) -> bool:
    """The office of the campaign that made the edition."""
    return _here(viewer, standard) and viewer.is_office


def may_edit(viewer, standard) -> bool:
    """Its draft; a published edition no longer changes."""
    return standard.status == standard.Status.DRAFT and owns_standard(viewer, standard)
