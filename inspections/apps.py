from django.apps import AppConfig


class InspectionsConfig(AppConfig):
    name = "inspections"

    def ready(self):
        # Models may be imported only once the apps are loaded.
        from campaigns.actions import AFTER_OPEN  # noqa: PLC0415
        from campaigns.navigation import COUNTS  # noqa: PLC0415
        from checklists import advice, feeds, sitekinds  # noqa: PLC0415
        from checklists.actions.saving import SAVERS  # noqa: PLC0415
        from checklists.gaps import KINDS  # noqa: PLC0415
        from checklists.models import Import  # noqa: PLC0415
        from inspections import holdings as _holdings  # noqa: F401, PLC0415 - what a leaver hands over
        from inspections import verbs as _verbs  # noqa: F401, PLC0415 - the log's words
        from inspections import waiting  # noqa: PLC0415
        from inspections.actions import ledgerimports, siteimports  # noqa: PLC0415
        from inspections.actions.kinds import give_defaults  # noqa: PLC0415
        from inspections.advice import rulings  # noqa: PLC0415
        from inspections.feeds import findings  # noqa: PLC0415
        from inspections.gaps import SITES  # noqa: PLC0415

        if give_defaults not in AFTER_OPEN:
            AFTER_OPEN.append(give_defaults)
        if _site_kinds not in sitekinds.SOURCES:
            sitekinds.SOURCES.append(_site_kinds)
        KINDS["sites"] = SITES
        SAVERS.update({Import.Kind.SITES: siteimports.SAVER, Import.Kind.LEDGER: ledgerimports.SAVER})
        if findings not in feeds.SOURCES:
            feeds.SOURCES.append(findings)
        if rulings not in advice.SOURCES:
            advice.SOURCES.append(rulings)
        COUNTS["findings_to_rule"] = waiting.to_rule
        COUNTS["findings_to_verify"] = waiting.to_verify
        COUNTS["my_findings_open"] = waiting.to_answer


def _site_kinds(viewer):
    """The names of the host's kinds of site, in their order."""
    from inspections.models import SiteKind  # noqa: PLC0415

    return SiteKind.objects.visible_to(viewer).order_by("position", "pk").values_list("name", flat=True)
