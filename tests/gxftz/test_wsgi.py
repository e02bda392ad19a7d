from io import BytesIO

import pytest
from django.test import RequestFactory

from agencies.actions import create_api_token
from gxftz.wsgi import application
from progress.actions import draft_report
from tests.connections import one_connection
from tests.factories import NOW, report_content


@pytest.mark.parametrize("charset", ["hex", "rot13", "undefined", "utf-8", '"hex"'])
@pytest.mark.parametrize("name", ["charset", "Charset", "charset*"])
def test_a_charset_of_any_name_is_no_defect(db, name, charset):
    environ = RequestFactory().get("/api/v1/tasks/?q=%E5%B9%B3").environ
    environ["CONTENT_TYPE"] = f"text/plain; {name}={charset}"
    answers = []
    application(environ, lambda status, headers: answers.append(status)).close()
    assert answers == ["401 Unauthorized"]


def test_a_length_that_no_machine_counts_to_is_no_defect(cast, time_machine):
    time_machine.move_to(NOW, tick=False)
    report = draft_report(task=cast.task, period=cast.period, content=report_content(), by=cast.lead_reporter, now=NOW)
    user = {"user": cast.lead_reporter, "by": cast.administrator, "now": NOW}
    _token, text = create_api_token(name="对接", scopes=["progress:write"], **user)
    environ = RequestFactory().post(f"/api/v1/reports/{report.pk}/evidence/", {"file": "x"}).environ
    environ |= {"HTTP_AUTHORIZATION": f"Bearer {text}", "CONTENT_LENGTH": "9" * 50, "wsgi.input": BytesIO(b"--")}
    answers = []
    with one_connection():
        application(environ, lambda status, headers: answers.append(status)).close()
    assert answers[0] < "5"
