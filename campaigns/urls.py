from django.urls import path

from campaigns.views import campaigns, deputies, festivals, groups, holidays, leaving, log, members, units

C = "c/<int:campaign>"

urlpatterns = [
    path("", campaigns.campaign_list, name="campaign_list"),
    path("campaigns/new/", campaigns.campaign_new, name="campaign_new"),
    path(f"{C}/settings/", campaigns.settings_edit, name="settings_edit"),
    path(f"{C}/settings/campaign/", campaigns.campaign_edit, name="campaign_edit"),
    path(f"{C}/settings/festivals/", festivals.festival_list, name="festival_list"),
    path(f"{C}/settings/days-off/", holidays.holiday_list, name="holiday_list"),
    path(f"{C}/settings/days-off/<int:pk>/drop/", holidays.holiday_drop, name="holiday_drop"),
    path(f"{C}/settings/work-groups/", groups.work_group_list, name="work_group_list"),
    path(f"{C}/settings/ranking-groups/", groups.ranking_group_list, name="ranking_group_list"),
    path(f"{C}/units/", units.unit_list, name="unit_list"),
    path(f"{C}/units/new/", units.unit_new, name="unit_new"),
    path(f"{C}/units/bulk/", units.unit_bulk, name="unit_bulk"),
    path(f"{C}/units/<int:pk>/", units.unit_edit, name="unit_edit"),
    path(f"{C}/units/groups/", units.group_list, name="group_list"),
    path(f"{C}/units/groups/new/", units.group_edit, name="group_new"),
    path(f"{C}/units/groups/<int:pk>/", units.group_edit, name="group_edit"),
    path(f"{C}/participants/", units.participant_list, name="participant_list"),
    path(f"{C}/participants/bulk/", units.participant_bulk, name="participant_bulk"),
    path(f"{C}/participants/<int:pk>/", units.participant_edit, name="participant_edit"),
    path(f"{C}/members/", members.member_list, name="member_list"),
    path(f"{C}/members/new/", members.member_new, name="member_new"),
    path(f"{C}/members/<int:pk>/", members.member_edit, name="member_edit"),
    path(f"{C}/members/<int:pk>/link/", members.member_link, name="member_link"),
    path(f"{C}/members/<int:pk>/deputy/", deputies.member_deputy, name="member_deputy"),
    path(f"{C}/members/<int:pk>/leave/", leaving.member_leave, name="member_leave"),
    path(f"{C}/log/", log.event_list, name="event_list"),
]
