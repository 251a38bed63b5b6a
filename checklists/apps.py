from django.apps import AppConfig


class ChecklistsConfig(AppConfig):
    name = "checklists"

    def ready(self):
        """Counts beside the entries of the menu."""
        from campaigns.navigation import COUNTS  # noqa: PLC0415 models exist only now
        from checklists import gaps, workbench  # noqa: PLC0415
        from checklists import holdings as _holdings  # noqa: F401, PLC0415 - what a leaver hands over

        COUNTS["duty_gaps"] = gaps.wrong_lead
        COUNTS["my_duties_open"] = workbench.to_do
        COUNTS["proof_to_review"] = workbench.to_review
