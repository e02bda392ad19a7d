"""What holds for the whole API, in a few paragraphs: the beginning of the document."""

from typing import Any

from django.utils.translation import gettext_lazy as _

PARTS: tuple[tuple[Any, Any], ...] = (
    (
        _("身份"),
        _(
            "每个请求带上 `Authorization: Bearer gxftz_…`。令牌由管理员在“接口令牌”页或用命令 `create_api_token` 发放，"
            "有名称、权限、有效期，可以限于一个单位和一些网络地址；系统只存它的摘要，丢失只能另发。每个操作写明"
            "所需的权限，"
            "有其中一项即可。浏览器里登录后也可以直接调用，写操作另需页面的 CSRF 令牌。"
        ),
    ),
    (
        _("数据"),
        _(
            "只收发 JSON（UTF-8）。时间带时区偏移，日期写成 2026-12-31。代码固定不变，旁边的 _label 是按 "
            "Accept-Language 给出的中文或英文名称，不要拿来比较。"
            "读到的是已审定的情况；v1 之内只增不改，请忽略不认识的字段。"
        ),
    ),
    (
        _("拒绝"),
        _(
            "凡不成功的，应答都是 application/problem+json（RFC 9457）：按 code 判断，把 detail 给人看，errors "
            "用 JSON 指针"
            "指出正文字段或查询条件。未知的字段和条件一律拒绝，不会被悄悄忽略。看不到的对象与不存在的一样是 404；"
            "看得到而无权办理是 403；现在不能办理是 409。"
        ),
    ),
    (
        _("分页"),
        _(
            "列表给出 next 和 previous；顺着 next 取到 null 为止，期间别处的变动不会使行重复或遗漏。cursor 不要自己拼。"
            "page_size 最大 500；fields= 只取所要的字段。"
        ),
    ),
    (
        _("条件请求"),
        _(
            "GET 的应答带 ETag；下次放进 If-None-Match，没有变化就得到 304，几乎不耗资源。修改已有对象要用 If-Match "
            "注明"
            "所依据的版本：没有注明是 428，已经过时是 412，正文里有现在的内容。"
        ),
    ),
    (
        _("幂等"),
        _(
            "POST 带上 Idempotency-Key（如一个 UUID），断线后用同一个键重发：只办一次，再次得到第一次的应答，并带 "
            "Idempotency-Replayed。同一个键换了内容是 422；还在办理是 409，按 Retry-After 稍后再试。"
        ),
    ),
    (
        _("限额"),
        _(
            "每个令牌每分钟可发的请求数有限：RateLimit 和 RateLimit-Policy 说明还剩多少；用完是 429，按 Retry-After "
            "等候。"
        ),
    ),
    (
        _("增量同步"),
        _(
            "不要反复取全表：记住 /api/v1/changes/ 应答中的 last 和 mark，下次用 after= 和 mark= 从那里取起。"
            "变更按提交顺序、不缺号，含删除，每条带变动后的完整状态；more 为 true 时马上再取。"
        ),
    ),
    (
        _("停用预告"),
        _(
            "将要停用的操作先标为 deprecated，应答带 Deprecation（RFC 9745）、Sunset（RFC 8594）和说明地址，到"
            "期才停用。"
        ),
    ),
)


def describe_api() -> str:
    """The paragraphs with their headings, as Markdown in the current language."""
    return "\n\n".join(f"### {heading}\n\n{text}" for heading, text in PARTS)
