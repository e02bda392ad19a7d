from datetime import date

from rest_framework.permissions import AllowAny
from rest_framework.response import Response
from rest_framework.test import APIRequestFactory

from common.api.deprecation import Deprecation
from common.api.views import ApiView


class OldView(ApiView):
    authentication_classes = ()
    permission_classes = (AllowAny,)
    deprecation = Deprecation(since=date(2026, 11, 1), sunset=date(2027, 5, 1), guide="https://gxftz.example/docs")

    def data_version(self):
        return "1"

    def post(self, request):
        return Response({})


def test_what_will_go_says_since_when_until_when_and_what_to_use_instead():
    response = OldView.as_view()(APIRequestFactory().post("/old/", {}, format="json"))
    assert response["Deprecation"] == "@1793462400"  # the first moment of 1 November in Shanghai, RFC 9745
    assert response["Sunset"] == "Fri, 30 Apr 2027 16:00:00 GMT"  # RFC 8594
    assert response["Link"] == '<https://gxftz.example/docs>; rel="deprecation"; type="text/html"'


def test_refusals_announce_it_too():
    response = OldView.as_view()(APIRequestFactory().put("/old/", {}, format="json"))
    assert response.status_code == 405
    assert "Sunset" in response
