"""The campaign and the viewer of a request, from the address `/c/<campaign>/…`."""

from django.http import Http404

from accounts.asking import Asking
from accounts.typed import GREATEST
from campaigns.models import Campaign
from campaigns.viewer import viewer_for

CAMPAIGN = Asking(lambda pk: Campaign.objects.select_related("host").filter(pk=pk), pk=int)


class CampaignMiddleware:
    def __init__(self, get_response):
        self.get_response = get_response

    def __call__(self, request):
        request.campaign = request.viewer = None
        return self.get_response(request)

    def process_view(self, request, view, args, kwargs):
        """Take `campaign` out of the address; somebody without a role in it must not learn that it exists."""
        if "campaign" not in kwargs:
            return
        pk = kwargs.pop("campaign")
        if not request.user.is_authenticated:  # pages were sent to sign in already; the API answers for itself
            return
        campaign = CAMPAIGN.first(pk=pk) if pk <= GREATEST else None
        viewer = campaign and viewer_for(request.user, campaign)
        if not viewer or not viewer.roles:
            if hasattr(view, "cls"):  # the API: says so as JSON, see campaigns.api.ScopedViewSet
                return
            raise Http404
        request.campaign, request.viewer = campaign, viewer
        return
