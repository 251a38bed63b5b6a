"""What a new campaign begins with: the usual kinds of street problems, and how long a unit has. Data: pages edit them."""

from typing import NamedTuple

from inspections.models import LimitRule, Severity


class Kind(NamedTuple):
    """words: those that point to it in an inspector's text; after_photo: an answer must show the place again."""

    name: str
    words: tuple[str, ...]
    after_photo: bool = True


# Source: kinds printed in street standards of several cities (docs/glossary.md, "kind of problem").
KINDS = (
    Kind(
        "环境卫生",
        ("垃圾", "积水", "污渍", "烟头", "杂物", "油污", "不洁", "落叶", "满溢", "异味", "泥土", "裸露土方", "污水", "漂浮物"),
    ),
    Kind("乱停乱放", ("乱停", "停放", "单车", "电动车", "占用盲道", "车辆", "机动车")),
    Kind("占道经营", ("占道", "出店", "出摊", "流动摊", "摆摊", "店外", "占用人行道")),
    Kind("乱贴乱画", ("小广告", "张贴", "涂画", "牛皮癣", "乱贴")),
    Kind("乱拉乱挂", ("线缆", "飞线", "晾晒", "悬挂", "电线", "乱挂")),
    Kind("设施破损", ("破损", "缺失", "井盖", "塌陷", "松动", "损坏", "坑洼", "不亮", "指示牌", "站牌")),
    Kind("公益广告", ("公益广告", "宣传画", "褪色", "宣传栏", "围挡")),
    Kind("绿化管护", ("绿化", "枯死", "黄土", "草坪", "树木", "杂草")),
    Kind("交通秩序", ("闯红灯", "逆行", "不礼让", "头盔", "斑马线")),
    Kind("消防安全", ("消防", "消防通道", "疏散通道", "楼道堆", "通道堵塞", "灭火器", "飞线充电", "安全出口")),
    Kind("无障碍设施", ("无障碍", "盲道", "坡道", "扶手")),
    Kind(
        "窗口服务",
        ("服务", "态度", "台账", "意见簿", "禁烟", "吸烟", "空岗", "脱岗", "值守", "公平秤", "未公示"),
        after_photo=False,
    ),
)

LIMITS = (  # severity, amount, unit: for any kind
    (Severity.ORDINARY, 3, LimitRule.Unit.DAYS),
    (Severity.SERIOUS, 3, LimitRule.Unit.DAYS),
    (Severity.AT_ONCE, 1, LimitRule.Unit.DAYS),
)

# Words an inspector taps instead of writing; the first ones of the kinds above and what is seen most.
PHRASES = (
    "垃圾未清",
    "地面积水",
    "车辆乱停",
    "占道经营",
    "小广告未清",
    "设施破损",
    "线缆杂乱",
    "消防通道堵塞",
)
