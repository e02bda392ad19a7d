"""The last word on a request that no view could answer: a problem for programs, a page for people."""

from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext_lazy as _
from django.views import defaults

from common.api.errors import is_api, not_found_problem, problem_response


def bad_request(request: HttpRequest, exception: Exception) -> HttpResponse:
    """400, such as for a host that is not ours."""
    if is_api(request):
        return problem_response(status=400, code="malformed", detail=_("请求有误。"))
    return defaults.bad_request(request, exception)


def forbidden(request: HttpRequest, exception: Exception) -> HttpResponse:
    """403."""
    if is_api(request):
        return problem_response(status=403, code="not_allowed", detail=_("您的岗位不能办理此事项。"))
    return defaults.permission_denied(request, exception)


def not_found(request: HttpRequest, exception: Exception) -> HttpResponse:
    """404: the same whether the address is none or the object is not this person's to see."""
    return not_found_problem() if is_api(request) else defaults.page_not_found(request, exception)


def server_error(request: HttpRequest) -> HttpResponse:
    """500: a defect of ours; the request id leads to it in the log."""
    if is_api(request):
        return problem_response(status=500, code="defect", detail=_("系统出错，已经记录；请把 request_id 告诉管理员。"))
    return defaults.server_error(request)
