import pytest
from django.contrib.auth.decorators import login_not_required
from django.core.exceptions import BadRequest, PermissionDenied
from django.http import HttpResponse
from django.template.loader import get_template
from django.test import Client
from django.urls import include, path

from common.errors import DomainError, NotAllowedError, StaleVersionError


def refuse(request, name):
    raise {
        "denied": PermissionDenied(),
        "not-allowed": NotAllowedError(),
        "not-now": DomainError("任务现在是“挂起”，不能办理此事项。"),
        "stale": StaleVersionError(),
        "bad": BadRequest(),
        "defect": ZeroDivisionError(),
    }[name]


urlpatterns = [
    path("refuse/<slug:name>/", login_not_required(refuse)),
    path("post/", login_not_required(lambda request: HttpResponse())),
    path("", include("gxftz.urls")),
]
pytestmark = [pytest.mark.django_db, pytest.mark.urls(__name__)]
REQUEST_ID = "0123456789abcdef"


@pytest.fixture
def visitor():
    return Client(raise_request_exception=False, headers={"X-Request-ID": REQUEST_ID})


@pytest.mark.parametrize(
    ("name", "status", "words"),
    [
        ("denied", 403, "您的岗位不能办理此事项"),
        ("not-allowed", 403, "您的岗位不能办理此事项。"),
        ("not-now", 409, "任务现在是“挂起”，不能办理此事项。"),
        ("stale", 412, "别人已保存过新的内容"),
        ("bad", 400, "没有作任何改动"),
        ("defect", 500, "错误已记入日志"),
    ],
)
@pytest.mark.parametrize("is_signed_in", [True, False])
def test_error_page_says_what_happened_what_to_do_and_under_which_number(
    cast, visitor, caplog, name, status, words, is_signed_in
):
    if is_signed_in:
        visitor.force_login(cast.lead_reporter)
    response = visitor.get(f"/refuse/{name}/")
    text = response.content.decode()
    assert response.status_code == status
    for each in (words, "请", REQUEST_ID, 'href="/"'):
        assert each in text


def test_unknown_address_is_a_page_that_helps(cast, visitor, caplog):
    visitor.force_login(cast.lead_reporter)
    response = visitor.get("/nowhere/")
    assert response.status_code == 404
    assert "没有查看它的权限" in response.content.decode()


def test_expired_form_is_a_page_that_helps(cast, caplog):
    visitor = Client(enforce_csrf_checks=True, headers={"X-Request-ID": REQUEST_ID})
    response = visitor.post("/post/")
    assert response.status_code == 403
    assert "页面已过期" in response.content.decode()
    assert REQUEST_ID in response.content.decode()


def test_error_page_of_a_defect_needs_neither_context_nor_database(django_assert_num_queries):
    with django_assert_num_queries(0):
        assert "系统出错" in get_template("500.html").render()


def test_error_page_speaks_english(cast, visitor, caplog):
    visitor.cookies["gxftz_language"] = "en"
    assert '<html lang="en">' in visitor.get("/refuse/defect/").content.decode()
