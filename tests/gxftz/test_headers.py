from django.conf import settings

POLICY = {
    "default-src 'none'",
    "script-src 'self'",
    "style-src 'self'",
    "style-src-attr 'unsafe-inline'",
    "img-src 'self' data:",
    "connect-src 'self'",
    "font-src 'self'",
    "form-action 'self'",
    "base-uri 'none'",
    "object-src 'none'",
    "frame-ancestors 'none'",
}


def test_answers_carry_the_strict_policy(client):
    assert set(client.get("/healthz")["Content-Security-Policy"].split("; ")) == POLICY


def test_answers_carry_the_other_headers(client):
    headers = client.get("/healthz").headers
    assert headers["X-Frame-Options"] == "DENY"
    assert headers["X-Content-Type-Options"] == "nosniff"
    assert headers["Referrer-Policy"] == "same-origin"


def test_static_files_carry_the_policy_too(client):
    answer = client.get("/static/vendor/icons.svg")
    assert b"<symbol" in b"".join(answer.streaming_content)  # reading to the end closes the file
    assert set(answer["Content-Security-Policy"].split("; ")) == POLICY


def test_pages_ask_for_a_log_in_by_themselves():
    assert "common.middleware.SignInMiddleware" in settings.MIDDLEWARE
