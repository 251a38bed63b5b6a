"""The keeper's pages: accounts and suggestions. Units, roles and papers have pages of their own, with their rules."""

from django.conf import settings
from django.contrib import admin, messages
from django.contrib.auth import admin as auth_admin  # noqa: F401 - registers Group, before we take it out
from django.contrib.auth.models import Group
from django.utils.translation import gettext_lazy as _

from accounts.actions import one_time_link, record
from accounts.models import Feedback, User

admin.site.unregister(Group)  # roles are memberships of a campaign
admin.site.site_header = admin.site.site_title = _("Civility Campaign Portal")
admin.site.index_title = _("System keeper")


@admin.register(User)
class UserAdmin(admin.ModelAdmin):
    """Accounts are made with their role, on the members' page of a campaign; here they are ended and let in again."""

    list_display = ["username", "name", "phone", "is_active", "is_superuser", "last_login"]
    list_filter = ["is_active", "is_superuser"]
    search_fields = ["username", "name"]
    fields = ["username", "name", "phone", "email", "language", "is_active", "is_staff", "is_superuser"]
    actions = ["give_link"]

    def has_add_permission(self, request):
        return False

    def has_delete_permission(self, request, obj=None):
        return False

    def save_model(self, request, obj, form, change):
        super().save_model(request, obj, form, change)
        record(request.user, "user.edit", obj, fields=form.changed_data)

    @admin.action(description=_("Give a one-time link to set the password"))
    def give_link(self, request, queryset):
        for user in queryset.filter(is_active=True):
            address = settings.SITE_URL.rstrip("/") + one_time_link(user, by=request.user)
            messages.info(request, f"{user.name} ({user.username}): {address}")


@admin.register(Feedback)
class FeedbackAdmin(admin.ModelAdmin):
    """What people wish for (意见建议); read only."""

    list_display = fields = ["at", "user", "page", "text"]
    date_hierarchy = "at"
    search_fields = ["text", "page"]

    def has_add_permission(self, request):
        return False

    def has_change_permission(self, request, obj=None):
        return False

    def has_delete_permission(self, request, obj=None):
        return False
