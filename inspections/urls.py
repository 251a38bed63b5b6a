from django.urls import path

from inspections.views import chat, disputes, extensions, findings, kinds, ledger, record, reminders, rounds, sites

FINDING = {"of": "finding"}  # the objection is to a finding

urlpatterns = [
    path("c/<int:campaign>/findings/", ledger.finding_list, name="finding_list"),
    path("c/<int:campaign>/findings/bulk/", ledger.finding_bulk, name="finding_bulk"),
    path("c/<int:campaign>/findings/new/", record.finding_new, name="finding_new"),
    path("c/<int:campaign>/findings/propose/", record.finding_propose, name="finding_propose"),
    path("c/<int:campaign>/findings/export/", ledger.finding_export, name="finding_export"),
    path("c/<int:campaign>/findings/chat/", chat.chat_text, name="chat_text"),
    path("c/<int:campaign>/findings/<int:pk>/", findings.finding_detail, name="finding_detail"),
    path("c/<int:campaign>/findings/<int:pk>/edit/", findings.finding_edit, name="finding_edit"),
    path("c/<int:campaign>/findings/<int:pk>/move/", findings.finding_move, name="finding_move"),
    path("c/<int:campaign>/findings/<int:pk>/files/<int:file>/<slug:size>/", findings.finding_file, name="finding_file"),
    path("c/<int:campaign>/extensions/<int:pk>/", extensions.extension_rule, name="extension_rule"),
    # the docket of objections
    path("c/<int:campaign>/disputes/", disputes.dispute_list, name="dispute_list"),
    path("c/<int:campaign>/disputes/rules/", disputes.dispute_rules, name="dispute_rules"),
    path("c/<int:campaign>/disputes/rules/<int:pk>/end/", disputes.dispute_rule_end, name="dispute_rule_end"),
    path("c/<int:campaign>/disputes/<int:pk>/", disputes.dispute_rule, name="dispute_rule"),
    path("c/<int:campaign>/disputes/<int:pk>/visit/", disputes.dispute_visit, name="dispute_visit"),
    path("c/<int:campaign>/disputes/<int:pk>/keep/", disputes.dispute_keep, name="dispute_keep"),
    path("c/<int:campaign>/disputes/findings/<int:pk>/", disputes.dispute_rule, FINDING, name="dispute_finding"),
    path("c/<int:campaign>/disputes/findings/<int:pk>/visit/", disputes.dispute_visit, FINDING, name="dispute_finding_visit"),
    path("c/<int:campaign>/disputes/findings/<int:pk>/keep/", disputes.dispute_keep, FINDING, name="dispute_finding_keep"),
    path("c/<int:campaign>/items/search/", record.item_search, name="item_search"),
    path("c/<int:campaign>/sites/", sites.site_list, name="site_list"),
    path("c/<int:campaign>/sites/new/", sites.site_new, name="site_new"),
    path("c/<int:campaign>/sites/search/", record.site_search, name="site_search"),
    path("c/<int:campaign>/sites/<int:pk>/", sites.site_edit, name="site_edit"),
    path("c/<int:campaign>/sites/<int:pk>/end/", sites.site_end, name="site_end"),
    path("c/<int:campaign>/sites/kinds/", sites.site_kind_list, name="site_kind_list"),
    path("c/<int:campaign>/sites/kinds/new/", sites.site_kind_new, name="site_kind_new"),
    path("c/<int:campaign>/sites/kinds/<int:pk>/", sites.site_kind_edit, name="site_kind_edit"),
    path("c/<int:campaign>/rounds/", rounds.round_list, name="round_list"),
    path("c/<int:campaign>/rounds/new/", rounds.round_new, name="round_new"),
    path("c/<int:campaign>/rounds/<int:pk>/", rounds.round_detail, name="round_detail"),
    path("c/<int:campaign>/rounds/<int:pk>/edit/", rounds.round_edit, name="round_edit"),
    path("c/<int:campaign>/reminders/", reminders.reminder_list, name="reminder_list"),
    path("c/<int:campaign>/limits/", kinds.problem_kind_list, name="problem_kind_list"),
    path("c/<int:campaign>/limits/new/", kinds.problem_kind_new, name="problem_kind_new"),
    path("c/<int:campaign>/limits/<int:pk>/", kinds.problem_kind_edit, name="problem_kind_edit"),
    path("c/<int:campaign>/limits/days/", kinds.limit_edit, name="limit_edit"),
]
