"""视图: keeping a list under a name. No event in the ledger: how somebody looks at tasks says nothing about duties."""

from datetime import datetime
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from agencies.models import User
from common.errors import DomainError, InvalidError, require
from common.texts import check_text
from tasks.models import SavedView
from tasks.permissions import can_change_view, can_keep_views, can_share_views

NAME_LENGTH = 40
QUERY_LENGTH = 1000
MOST_VIEWS = 30


class TooManyViewsError(DomainError):
    """保存的视图已到上限."""

    code = "too_many_views"


class ViewGoneError(DomainError):
    """视图已在另一个窗口删去."""

    code = "view_gone"
    message = gettext_lazy("这个视图已在另一个窗口删去。")


@transaction.atomic
def save_view(*, name: str, query: str, by: User, now: datetime, is_shared: bool = False) -> SavedView:
    """This list stands under a name among the person's own views; shared, among everybody's.

    Raises NotAllowedError, TooManyViewsError, and InvalidError for a name that is missing, too long or taken.
    """
    require(can_keep_views(by))
    require(not is_shared or can_share_views(by), _("全员可见的视图由办公室保存。"))
    own = _locked_views(by)
    if len(own) >= MOST_VIEWS:
        raise TooManyViewsError(_("每人最多保存 %(most)d 个视图，请先删去不用的。") % {"most": MOST_VIEWS})
    view = SavedView(owner=by, is_shared=is_shared)
    _put(view, own, name=name, query=query)
    view.save(force_insert=True)
    return view


@transaction.atomic
def change_view(
    *, view: SavedView, by: User, now: datetime, name: str, is_shared: bool, query: str | None = None
) -> SavedView:
    """The view has this name, is shared or not, and, where `query` is given, shows that list.

    What is not given stays as it stands. Raises NotAllowedError for anybody but its owner, ViewGoneError, and what
    save_view raises.
    """
    require(can_change_view(by, view))
    require(is_shared == view.is_shared or can_share_views(by), _("全员可见的视图由办公室保存。"))
    own = _locked_views(by)
    if view.pk not in own.values():
        raise ViewGoneError
    view.refresh_from_db(fields=["query"])
    view.is_shared = is_shared
    _put(view, own, name=name, query=view.query if query is None else query)
    view.save(update_fields=["name", "query", "is_shared"])
    return view


@transaction.atomic
def delete_view(*, view: SavedView, by: User, now: datetime) -> dict[str, Any]:
    """The view is no more; what it was, for `save_view` to bring back. Raises NotAllowedError and ViewGoneError."""
    require(can_change_view(by, view))
    if view.pk not in _locked_views(by).values():
        raise ViewGoneError
    kept = {"name": view.name, "query": view.query, "is_shared": view.is_shared}
    view.delete()
    return kept


def _locked_views(owner: User) -> dict[str, int]:
    """The person's views by name; two windows of one person wait for each other here."""
    User.objects.select_for_update(no_key=True).get(pk=owner.pk)
    return dict(SavedView.objects.filter(owner=owner.pk).order_by("pk").values_list("name", "pk"))


def _put(view: SavedView, own: dict[str, int], *, name: str, query: str) -> None:
    name = check_text("name", name, limit=NAME_LENGTH)
    if not name:
        raise InvalidError({"name": [_("请给视图起个名称。")]})
    if own.get(name, view.pk) != view.pk:
        raise InvalidError({"name": [_("您已有同名的视图，请换一个名称，或更新原来的视图。")]})
    if len(query) > QUERY_LENGTH:
        raise InvalidError({"query": [_("条件太多，保存不下，请减少一些。")]})
    view.name, view.query = name, query
