"""Who may do what with a finding; read by the table of moves. Source: docs/access.md, row "Finding".

Each rule takes the viewer and the (locked) finding. The portal itself (None) makes no move.
"""


def here(viewer, finding) -> bool:
    return viewer is not None and viewer.campaign.pk == finding.campaign_id


def is_office(viewer, finding) -> bool:
    return here(viewer, finding) and viewer.is_office


def of_own_round(viewer, finding) -> bool:
    """An inspector's own record, or one of a round the inspector takes part in."""
    if not here(viewer, finding) or not viewer.is_inspector:
        return False
    return finding.found_by_id == viewer.user.pk or bool(
        finding.round_id and finding.round.inspectors.filter(pk=viewer.user.pk).exists()
    )


def of_own_unit(viewer, finding) -> bool:
    """The viewer is head or liaison of a unit that answers for the finding, leading or supporting."""
    if not viewer.department_ids:
        return False
    if finding.lead_id in viewer.department_ids:
        return True
    return finding.assignments.filter(ended_at=None, department__in=viewer.department_ids).exists()


def sees_names(viewer) -> bool:
    """A unit is told 督查组 and the office, never the person who went out or verified, nor the round."""
    return viewer.reads_all or viewer.is_inspector


# --- units ----------------------------------------------------------------------------------------


def belongs(viewer, finding) -> bool:
    return here(viewer, finding) and finding.lead_id in viewer.department_ids


def is_head(viewer, finding) -> bool:
    return here(viewer, finding) and finding.lead_id in viewer.head_of


def may_submit(viewer, finding) -> bool:
    """The head of the leading unit; its liaison where the campaign allows it."""
    return is_head(viewer, finding) or (belongs(viewer, finding) and viewer.campaign.liaison_may_submit)


def may_dispute(viewer, finding) -> bool:
    return is_head(viewer, finding) or (belongs(viewer, finding) and viewer.campaign.liaison_may_dispute)


# --- office and inspectors ------------------------------------------------------------------------


def may_issue(viewer, finding) -> bool:
    """The office; an inspector own findings, where the campaign allows it."""
    if not here(viewer, finding):
        return False
    return viewer.is_office or (viewer.campaign.inspector_may_issue and of_own_round(viewer, finding))


def may_put_right(viewer, finding) -> bool:
    """Closed on the spot by the finder (or the office for them), never for the own unit."""
    if not here(viewer, finding) or not (viewer.is_office or viewer.is_inspector):
        return False
    return (viewer.is_office or finding.found_by_id == viewer.user.pk) and not of_own_unit(viewer, finding)


def may_verify(viewer, finding) -> bool:
    """The office or the inspectors of the round; nobody for a unit of which they are head or liaison."""
    return (is_office(viewer, finding) or of_own_round(viewer, finding)) and not of_own_unit(viewer, finding)


def may_decide(viewer, finding) -> bool:
    """The office's decisions about a unit: rule, transfer, park, grant; never for the own unit."""
    return is_office(viewer, finding) and not of_own_unit(viewer, finding)


def may_void(viewer, finding) -> bool:
    """A draft by its finder too; what is issued by the office alone."""
    if finding.status == "draft":
        return is_office(viewer, finding) or (of_own_round(viewer, finding) and finding.found_by_id == viewer.user.pk)
    return may_decide(viewer, finding)


def may_edit(viewer, finding) -> bool:
    """Facts of a finding: the office; a draft by its finder too."""
    if is_office(viewer, finding):
        return True
    return finding.status == "draft" and of_own_round(viewer, finding) and finding.found_by_id == viewer.user.pk


def acting_as(viewer, finding) -> str:
    """The role in which the viewer acts on the finding: how other units see the person on the time line."""
    if viewer.is_office:
        return "office"
    if of_own_round(viewer, finding):
        return "inspector"
    return "head" if is_head(viewer, finding) else "liaison"


def for_head(viewer, finding) -> bool | None:
    """True when a liaison acts in the head's place (联络员代提交); None keeps it out of the log."""
    return True if belongs(viewer, finding) and not is_head(viewer, finding) else None
