"""Pages of standards, the responsibility table, ticking off."""

from django.urls import path

from checklists.views import checkpoints, claims, disputes, duties, evidence, imports, mine, people, progress, standards

C = "c/<int:campaign>"

urlpatterns = [
    # standards
    path(f"{C}/standards/", standards.standard_list, name="standard_list"),
    path(f"{C}/standards/upload/", imports.standard_upload, name="standard_upload"),
    path(f"{C}/standards/imports/<int:pk>/", imports.standard_preview, name="standard_preview"),
    path(f"{C}/standards/<int:pk>/", standards.standard_detail, name="standard_detail"),
    path(f"{C}/standards/<int:pk>/items/<int:item>/", standards.standard_item_edit, name="standard_item_edit"),
    path(f"{C}/standards/<int:pk>/publish/", standards.standard_publish, name="standard_publish"),
    path(f"{C}/standards/<int:pk>/adopt/", standards.standard_adopt, name="standard_adopt"),
    path(f"{C}/imports/<int:pk>/file/", imports.import_original, name="import_original"),
    # the responsibility table
    path(f"{C}/duties/", duties.duty_list, name="duty_list"),
    path(f"{C}/duties/assign/", duties.duty_assign, name="duty_assign"),
    path(f"{C}/duties/issue/", duties.duty_issue, name="duty_issue"),
    path(f"{C}/duties/gaps/", claims.duty_gaps, name="duty_gaps"),
    path(f"{C}/duties/<int:pk>/edit/", duties.duty_edit, name="duty_edit"),
    path(f"{C}/duties/<int:pk>/split/", duties.duty_split, name="duty_split"),
    path(f"{C}/duties/<int:pk>/claim/", claims.duty_claim, name="duty_claim"),
    path(f"{C}/claims/<int:pk>/", claims.claim_rule, name="claim_rule"),
    path(f"{C}/responsibilities/upload/", imports.responsibility_upload, name="responsibility_upload"),
    path(f"{C}/responsibilities/imports/<int:pk>/", imports.responsibility_preview, name="responsibility_preview"),
    path(f"{C}/responsibilities/<int:pk>/export/", imports.responsibility_export, name="responsibility_export"),
    # units and people
    path(f"{C}/people/upload/", people.people_upload, name="people_upload"),
    path(f"{C}/people/template/", people.people_template, name="people_template"),
    path(f"{C}/people/imports/<int:pk>/", people.people_preview, name="people_preview"),
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
