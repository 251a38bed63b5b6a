"""Pages of standards, the responsibility table, ticking off."""

from django.urls import path

from checklists.views import checkpoints, disputes, evidence, mine, progress

C = "c/<int:campaign>"

urlpatterns = [
    # the unit's side
    path(f"{C}/mine/", mine.my_duties, name="my_duties"),
    path(f"{C}/mine/sign/", mine.assignment_accept, name="assignment_accept"),
    path(f"{C}/duties/<int:pk>/", mine.duty_detail, name="duty_detail"),
    path(f"{C}/assignments/<int:pk>/move/", mine.assignment_move, name="assignment_move"),
    path(f"{C}/checkpoints/", checkpoints.checkpoint_review, name="checkpoint_review"),
    path(f"{C}/checkpoints/<int:pk>/", checkpoints.checkpoint_detail, name="checkpoint_detail"),
    path(f"{C}/checkpoints/<int:pk>/move/", checkpoints.checkpoint_move, name="checkpoint_move"),
    path(f"{C}/checkpoints/<int:pk>/proof/", evidence.evidence_link, name="evidence_link"),
    path(f"{C}/evidence/", evidence.evidence_list, name="evidence_list"),
    path(f"{C}/evidence/new/", evidence.evidence_new, name="evidence_new"),
    path(f"{C}/evidence/<int:pk>/", evidence.evidence_detail, name="evidence_detail"),
    path(f"{C}/evidence/files/<int:pk>/", evidence.evidence_file, name="evidence_file"),
    path(f"{C}/evidence/files/<int:pk>/<slug:rendition>/", evidence.evidence_file, name="evidence_file"),
    path(f"{C}/disputes/", disputes.dispute_list, name="dispute_list"),
    path(f"{C}/disputes/<int:pk>/", disputes.dispute_rule, name="dispute_rule"),
    path(f"{C}/progress/", progress.progress, name="progress"),
]
