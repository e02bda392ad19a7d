"""What is entered as feedback. Rules are the actions'; a form only reads."""

from django import forms
from django.utils.translation import gettext_lazy as _

from supervision.models import Feedback


class FeedbackForm(forms.Form):
    """Two questions, no more; the page it is about comes along by itself."""

    kind = forms.ChoiceField(
        label=_("类别"), choices=Feedback.Kind.choices, initial=Feedback.Kind.HARD, widget=forms.RadioSelect
    )
    text = forms.CharField(
        label=_("意见"),
        max_length=500,
        help_text=_("最多 500 字。请勿填写涉密信息和他人的个人信息。"),
        widget=forms.Textarea({"rows": 6}),
    )
    page = forms.CharField(required=False, widget=forms.HiddenInput)


class AnswerForm(forms.Form):
    """The office's words."""

    answer = forms.CharField(label=_("答复"), max_length=500, widget=forms.Textarea({"rows": 3}))
