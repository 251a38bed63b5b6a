"""What a form refuses is said in our words, with what to do; Django's own sentences never reach a reader of Chinese."""

import pytest
from django import forms
from django.utils import translation

from accounts.typed import DayField

CHOICES = [("a", "甲"), ("b", "乙")]


@pytest.mark.parametrize(
    ("field", "typed", "said"),
    [
        (forms.CharField(), "", "此项必填，请填写或选择。"),
        (forms.CharField(max_length=3), "一二三四五", "最多 3 个字，现有 5 个，请删减。"),
        (forms.CharField(min_length=3), "一二", "至少 3 个字，现有 2 个，请补充。"),
        (forms.ChoiceField(choices=CHOICES), "c", "“c”不在可选项中，请从列表中重新选择。"),
        (forms.IntegerField(), "x", "请填写整数，如 5。"),
        (forms.IntegerField(min_value=1), "0", "不能小于1，请改大。"),
        (forms.IntegerField(max_value=9), "10", "不能大于9，请改小。"),
        (forms.DateField(), "x", "日期无法识别，请按“2026-03-25”的样式填写。"),
        (DayField(), "9999-12-31", "日期无法识别，请按“2026-03-25”的样式填写。"),
        (DayField(), "1899-12-31", "日期无法识别，请按“2026-03-25”的样式填写。"),
        (forms.TimeField(), "x", "时间无法识别，请按“08:30”的样式填写。"),
        (forms.URLField(assume_scheme="https"), "x y", "网址无法识别，请完整填写，以 http:// 或 https:// 开头。"),
        (forms.EmailField(), "x", "邮箱地址无法识别，请完整填写，如 name@example.com。"),
        (forms.FileField(), None, "此项必填，请填写或选择。"),
    ],
)
def test_a_refusal_says_what_to_do(field, typed, said):
    with translation.override("zh-hans"), pytest.raises(forms.ValidationError) as refused:
        field.clean(typed)

    assert refused.value.messages == [said]


def test_a_day_people_mean_is_taken():
    assert DayField().clean("2026-03-25").isoformat() == "2026-03-25"
