"""The shapes of the readers' dicts, as the API documents them; a test holds that both say the same."""

from django.utils.translation import gettext_lazy as _
from rest_framework import serializers

from agencies.models.agency import Kind
from common.api.serializers import Day, InputSerializer, PageSerializer, RowSerializer, Text, Whole
from common.texts import REASON_LENGTH
from tasks.actions.extensions import DECISION_LENGTH
from tasks.lights import COLOUR_LABELS, RULE_LABELS, Colour, Rule
from tasks.models import Assignment, Deliverable, DueBasis, MeasureStatus, Result
from tasks.models.extension import REASON_LENGTH as EXTENSION_REASON_LENGTH
from tasks.status import TRANSITIONS, ExtensionStatus, Status

COLOURS = [(each.value, COLOUR_LABELS[each]) for each in Colour]
ROLES = Assignment.Role.choices
RULES = [(each.value, RULE_LABELS[each]) for each in Rule]
VERBS = sorted({each.verb: each.label for each in TRANSITIONS if not each.in_case}.items())


class BriefUnitSerializer(RowSerializer):
    code = serializers.CharField()
    name = serializers.CharField()


class GoalSerializer(RowSerializer):
    label = serializers.CharField()
    label_en = serializers.CharField()
    date = serializers.DateField(allow_null=True)
    basis = serializers.CharField(help_text=_("日期从何而来。"))
    basis_en = serializers.CharField()


class ParentSerializer(RowSerializer):
    title = serializers.CharField()
    number = serializers.CharField()
    issued_on = serializers.DateField()


class PlanSerializer(RowSerializer):
    """实施方案."""

    code = serializers.CharField()
    title = serializers.CharField()
    title_en = serializers.CharField()
    issuer = serializers.CharField()
    issuer_en = serializers.CharField()
    issued_on = serializers.DateField()
    document_number = serializers.CharField(allow_null=True, help_text=_("文号；未找到时为 null。"))
    parent = ParentSerializer()
    launched_on = serializers.DateField()
    goals = GoalSerializer(many=True)
    pillars = serializers.IntegerField()
    tasks = serializers.IntegerField()
    agencies = serializers.IntegerField()
    assignments = serializers.IntegerField()


class PillarSerializer(RowSerializer):
    """主要任务板块."""

    number = serializers.IntegerField()
    title = serializers.CharField()
    title_en = serializers.CharField()
    text = serializers.CharField()
    tasks = serializers.IntegerField()


class BondedZoneSerializer(RowSerializer):
    name = serializers.CharField()
    name_en = serializers.CharField()
    area_km2 = serializers.FloatField()


class ZoneSerializer(RowSerializer):
    """片区."""

    code = serializers.CharField()
    name = serializers.CharField()
    name_en = serializers.CharField()
    area_km2 = serializers.FloatField()
    bonded_zone = BondedZoneSerializer()
    industries = serializers.ListField(child=serializers.CharField())
    industries_en = serializers.ListField(child=serializers.CharField())
    positioning = serializers.CharField()
    positioning_en = serializers.CharField()
    management_body = BriefUnitSerializer(allow_null=True)
    tasks = serializers.IntegerField()


class AgencySerializer(RowSerializer):
    """单位."""

    code = serializers.CharField()
    name = serializers.CharField(help_text=_("现名。"))
    plan_name = serializers.CharField(allow_null=True, help_text=_("方案所列名称；不在责任单位之列时为 null。"))
    short_name = serializers.CharField()
    name_en = serializers.CharField()
    kind = serializers.ChoiceField(choices=Kind.choices)
    zone = serializers.CharField(allow_null=True)
    is_open_set = serializers.BooleanField()
    dissolved_on = serializers.DateField(allow_null=True, help_text=_("撤销日期；仍存在的单位为 null。"))
    led = serializers.IntegerField(help_text=_("牵头的任务数。"))
    supported = serializers.IntegerField(help_text=_("配合的任务数。"))


class PillarOfTaskSerializer(RowSerializer):
    number = serializers.IntegerField()
    title = serializers.CharField()
    title_en = serializers.CharField()


class UnitSerializer(RowSerializer):
    code = serializers.CharField()
    name = serializers.CharField()
    plan_name = serializers.CharField(allow_null=True)
    short_name = serializers.CharField()
    name_en = serializers.CharField()
    label = serializers.CharField(help_text=_("简称，按所用语言。"))


class TurnSerializer(RowSerializer):
    colour = serializers.ChoiceField(choices=COLOURS)
    on = serializers.DateField()


class LightSerializer(RowSerializer):
    """亮灯."""

    colour = serializers.ChoiceField(choices=COLOURS)
    label = serializers.CharField()
    rule = serializers.ChoiceField(choices=RULES)
    reason = serializers.CharField(help_text=_("一句话说明原因，以及何时转灯。"))
    since = serializers.DateField(allow_null=True)
    next = TurnSerializer(allow_null=True, help_text=_("情况不变时下一次转灯。"))


class LastReportSerializer(RowSerializer):
    period = serializers.CharField()
    approved_at = serializers.DateTimeField(allow_null=True)
    result = serializers.ChoiceField(choices=Result.choices)
    result_label = serializers.CharField()


class TaskRowSerializer(RowSerializer):
    """任务."""

    number = serializers.IntegerField()
    title = serializers.CharField()
    title_en = serializers.CharField(help_text=_("自译，非官方文本。"))
    pillar = PillarOfTaskSerializer()
    lead = UnitSerializer(allow_null=True)
    supporting = UnitSerializer(many=True)
    zones = serializers.ListField(child=serializers.CharField())
    status = serializers.ChoiceField(choices=Status.choices)
    status_label = serializers.CharField()
    light = LightSerializer()
    percent = serializers.IntegerField(min_value=0, max_value=100, help_text=_("已审定进度。"))
    planned_percent = serializers.IntegerField(min_value=0, max_value=100, allow_null=True)
    start_date = serializers.DateField(allow_null=True)
    due_date = serializers.DateField(allow_null=True, help_text=_("现时限。"))
    original_due_date = serializers.DateField(allow_null=True)
    due_basis = serializers.ChoiceField(choices=DueBasis.choices, allow_null=True)
    due_basis_label = serializers.CharField(allow_null=True)
    overdue_days = serializers.IntegerField(min_value=0)
    last_report = LastReportSerializer(allow_null=True)
    order_number = serializers.CharField(allow_blank=True)
    slip_count = serializers.IntegerField(min_value=0, help_text=_("时限后移的次数。"))
    closed_on = serializers.DateField(allow_null=True)
    version = serializers.IntegerField()
    updated_at = serializers.DateTimeField()
    is_demo = serializers.BooleanField(help_text=_("含演示数据。"))


class TaskPageSerializer(PageSerializer):
    as_of = serializers.DateField(help_text=_("这些情况所在的日期。"))
    results = TaskRowSerializer(many=True)


class MeasureSerializer(RowSerializer):
    """举措."""

    code = serializers.CharField()
    order = serializers.IntegerField()
    text = serializers.CharField()
    deliverable = serializers.ChoiceField(choices=Deliverable.choices)
    deliverable_label = serializers.CharField()
    status = serializers.ChoiceField(choices=MeasureStatus.choices)
    status_label = serializers.CharField()


class AssignmentSerializer(RowSerializer):
    """责任."""

    agency = BriefUnitSerializer()
    role = serializers.ChoiceField(choices=ROLES)
    order = serializers.IntegerField()


class MilestoneSerializer(RowSerializer):
    """节点."""

    name = serializers.CharField()
    due_on = serializers.DateField()
    planned_percent = serializers.IntegerField(min_value=0, max_value=100)


class GrantedExtensionSerializer(RowSerializer):
    """同意的延期."""

    due_before = serializers.DateField(help_text=_("申请时的时限。"))
    wanted_date = serializers.DateField()
    granted_date = serializers.DateField()
    reason = serializers.CharField()
    decision = serializers.CharField(allow_blank=True)
    decided_at = serializers.DateTimeField()


class TaskDetailSerializer(TaskRowSerializer):
    """任务 with its official text and parts."""

    text = serializers.CharField(help_text=_("方案原文。"))
    unit_clause = serializers.CharField()
    due_note = serializers.CharField(allow_blank=True)
    measures = MeasureSerializer(many=True)
    assignments = AssignmentSerializer(many=True)
    milestones = MilestoneSerializer(many=True)
    extensions = GrantedExtensionSerializer(many=True, help_text=_("办公室同意的延期，最近的在前。"))


class LateSerializer(RowSerializer):
    """超期任务."""

    number = serializers.IntegerField()
    title = serializers.CharField()
    title_en = serializers.CharField()
    lead = BriefUnitSerializer(allow_null=True)
    due_date = serializers.DateField()
    original_due_date = serializers.DateField()
    overdue_days = serializers.IntegerField(min_value=1)
    percent = serializers.IntegerField(min_value=0, max_value=100)


class StatusChangeSerializer(InputSerializer):
    """A change of a task's state; whose it is and when stands in the transition table."""

    verb = serializers.ChoiceField(choices=VERBS)
    text = Text(
        required=False, allow_blank=True, default="", limit=REASON_LENGTH, help_text=_("理由或依据文件，需要时必填。")
    )


class ExtensionContentSerializer(InputSerializer):
    """延期申请 as the lead unit enters it."""

    wanted_date = Day(help_text=_("申请延至；须晚于现时限。"))
    percent = Whole(min_value=0, max_value=100, help_text=_("目前进度，0 到 100 的整数。"))
    reason = Text(limit=EXTENSION_REASON_LENGTH, help_text=_("延期理由。"))


class GrantSerializer(InputSerializer):
    """同意延期."""

    granted_date = Day(help_text=_("同意延至，可以不是申请的日期。"))
    decision = Text(required=False, allow_blank=True, default="", limit=DECISION_LENGTH, help_text=_("答复意见。"))


class RefusalSerializer(InputSerializer):
    """不同意延期."""

    decision = Text(limit=DECISION_LENGTH, help_text=_("不同意的理由。"))


class TaskOfExtensionSerializer(RowSerializer):
    number = serializers.IntegerField()
    title = serializers.CharField()
    title_en = serializers.CharField()
    label = serializers.CharField(help_text=_("标题，按所用语言。"))
    status = serializers.ChoiceField(choices=Status.choices)
    due_date = serializers.DateField(allow_null=True, help_text=_("现时限。"))
    slip_count = serializers.IntegerField(min_value=0, help_text=_("时限后移的次数。"))


class LeadOfExtensionSerializer(BriefUnitSerializer):
    label = serializers.CharField(help_text=_("简称，按所用语言。"))


class OfficeClockSerializer(RowSerializer):
    """办公室计时."""

    colour = serializers.ChoiceField(choices=COLOURS)
    late_days = serializers.IntegerField(min_value=0, help_text=_("超过答复时限的工作日数。"))


class ExtensionSerializer(RowSerializer):
    """延期申请."""

    id = serializers.IntegerField()
    task = TaskOfExtensionSerializer()
    lead = LeadOfExtensionSerializer()
    status = serializers.ChoiceField(choices=ExtensionStatus.choices)
    status_label = serializers.CharField()
    version = serializers.IntegerField(help_text=_("版本；修改时放进 If-Match。"))
    original_due_date = serializers.DateField(allow_null=True)
    due_before = serializers.DateField(help_text=_("申请时的时限。"))
    wanted_date = serializers.DateField(help_text=_("申请延至。"))
    granted_date = serializers.DateField(allow_null=True, help_text=_("同意延至。"))
    days = serializers.IntegerField(help_text=_("延长的日历日数。"))
    is_short = serializers.BooleanField(help_text=_("督办员即可答复；更长的由办公室负责人答复。"))
    percent = serializers.IntegerField(min_value=0, max_value=100)
    reason = serializers.CharField()
    decision = serializers.CharField(allow_blank=True, help_text=_("答复意见。"))
    answer_due_on = serializers.DateField(allow_null=True, help_text=_("办公室的答复时限。"))
    office = OfficeClockSerializer(allow_null=True, help_text=_("办公室计时；不在等答复时为 null。"))
    drafted_at = serializers.DateTimeField()
    drafted_by = serializers.CharField()
    sent_at = serializers.DateTimeField(allow_null=True)
    sent_by = serializers.CharField(allow_null=True)
    decided_at = serializers.DateTimeField(allow_null=True)
    decided_by = serializers.CharField(allow_null=True)
    is_demo = serializers.BooleanField()


class ExtensionPageSerializer(PageSerializer):
    results = ExtensionSerializer(many=True)
