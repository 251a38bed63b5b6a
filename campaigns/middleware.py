"""The campaign and the viewer of a request, from the address `/c/<campaign>/…`."""

from django.http import Http404

from accounts.typed import GREATEST
from campaigns.viewer import viewer_at


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
        viewer = viewer_at(request.user, pk) if pk <= GREATEST else None
        if not viewer or not viewer.roles:
            if hasattr(view, "cls"):  # the API: says so as JSON, see campaigns.api.ScopedViewSet
                return
            raise Http404
        request.campaign, request.viewer = viewer.campaign, viewer
        return
