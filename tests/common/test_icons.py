import pytest
from django.template import Context, Template, TemplateSyntaxError

from common.icons import ICONS


def render(source, **context):
    return Template(source).render(Context(context))


def test_icon_is_hidden_from_screen_readers():
    html = render('{% icon "check-lg" %}')
    assert 'aria-hidden="true"' in html
    assert '<use href="/static/vendor/icons.svg#check-lg"></use>' in html


def test_icon_with_a_label_is_read_out():
    html = render('{% icon "trash" label=label %}', label='删除 "A" & B')
    assert 'role="img" aria-label="删除 &quot;A&quot; &amp; B"' in html
    assert "aria-hidden" not in html


def test_icon_refuses_a_name_that_the_sprite_does_not_hold():
    with pytest.raises(TemplateSyntaxError, match="There is no icon 'chekc-lg'"):
        render('{% icon "chekc-lg" %}')


def test_icons_are_sorted_and_named_once():
    assert list(ICONS) == sorted(set(ICONS))
