"""The pages of a report as people use them, for the tests that do."""

from django.core.files.uploadedfile import SimpleUploadedFile

NEW = "/tasks/1/report/"
ENTERED = {
    "percent": "95",
    "result": "advancing",
    "progress": "完成平台一期建设。",
    "problems": "",
    "next_steps": "开展二期。",
    "ask": "",
    "version": "",
}


def page(client, user, address, **data):
    client.force_login(user)
    return client.post(address, data) if data else client.get(address)


def text(response):
    return response.content.decode()


def csv(name="试点情况.csv", content="a,b\n1,2\n"):
    return SimpleUploadedFile(name, content.encode(), content_type="text/csv")
