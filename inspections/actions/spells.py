"""How a finding stood when: one spell ends, the next begins, in the transaction of what changed it."""

from datetime import datetime

from inspections.models import Finding, FindingSpell


def keep_spell(finding: Finding, *, at: datetime) -> None:
    """Keep how the (saved, locked) finding stands from the moment on; nothing if it stands as before. A draft has no spells.

    An act told of late, from before the present spell began, counts from its beginning: spells never overlap.
    """
    running = finding.spells.filter(ended_at=None).first()
    facts = {name: getattr(finding, name) for name in FindingSpell.COPIED}
    if running is None:
        if finding.status == Finding.Status.DRAFT:
            return
    else:
        if all(getattr(running, name) == value for name, value in facts.items()):
            return
        running.ended_at = at = max(at, running.starts_at)
        running.save(update_fields=["ended_at"])
    FindingSpell.objects.create(campaign_id=finding.campaign_id, finding=finding, starts_at=at, **facts)
