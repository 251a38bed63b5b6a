"""The keeper's pages for reference tables; a campaign's own rows are changed on its pages, through the actions."""

from django.contrib import admin

from campaigns.models import Holiday


@admin.register(Holiday)
class HolidayAdmin(admin.ModelAdmin):
    list_display = ["on", "name", "is_workday"]
    list_filter = ["is_workday"]
    date_hierarchy = "on"
