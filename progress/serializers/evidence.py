"""A file that shows what a report or a closing request says."""

from django.utils.translation import gettext_lazy as _
from rest_framework import serializers

from common.api.serializers import InputSerializer, RowSerializer


class FileSerializer(InputSerializer):
    """The one part of a multipart/form-data body."""

    file = serializers.FileField(help_text=_("PDF、docx、xlsx、csv、PNG 或 JPG 文件，最大 20 MB。"))


class EvidenceSerializer(RowSerializer):
    """佐证材料."""

    id = serializers.IntegerField()
    name = serializers.CharField()
    kind = serializers.CharField()
    size = serializers.IntegerField()
    uploaded_at = serializers.DateTimeField()
