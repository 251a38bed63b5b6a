"""What a column's heading means in each kind of sheet: tables of words, and patterns that propose a meaning.

Source: the sheets that offices print (glossary, "standard", "responsibility table", "site", "finding", "unit").
"""

from dataclasses import dataclass

LEVELS = ("project", "indicator", "content", "criterion", "requirement")  # grades of the standard's tree, top first
NAMES = ("lead", "supporting", "unit")
MARKED = "导入疑问"  # heading of the column in which a sheet is handed back with its doubts; never read

WORDS = {
    "project": "测评项目|项目|考评项目|考核项目|评价项目|创建项目|项目名称|测评项目名称|一级指标|一级项目",
    "indicator": "指标名称|测评指标|指标|考评指标|考核指标|评价指标|二级指标|二级项目|指标项目",
    "content": "测评内容|考评内容|考核内容|评价内容|考察内容|迎检内容|创建内容|内容|三级指标|三级项目",
    "criterion": "测评标准|考评标准|考核标准|评价标准|创建标准|评分标准|标准|标准内容|指标描述|测评细则|考核细则",
    "requirement": (
        "具体要求|具体内容|实地考察要求|问卷主要内容|问卷内容|考察要求|测评要求|检查内容|具体标准|要求|任务要求|具体内容及要求"
    ),
    "task": "工作任务",  # a criterion, or the duty itself where another column holds the criterion
    "method": "测评方法|测评方式|考评方法|考评方式|考核方法|考核方式|评价方法|评价方式|检查方式|检查方法|方法|方式",
    "proof": (
        "上报材料和检查提示|网上申报具体要求|提供材料|上报材料|申报材料|所需材料|佐证材料|材料要求"
        "|材料报送说明|材料清单|检查提示|申报要求"
    ),
    "points": "分值|分数|标准分|满分|权重|基准分|标准分值|分值分",
    "number": "序号|编号|序|号|no|条目编号",
    "code": "代码|编码|指标编号|指标代码|测评内容分类编号|分类编号",
    "note": "备注|说明|附注|备注说明|其他|其他说明",
    "duty": (
        "任务|任务内容|责任内容|工作内容|任务分解|具体任务|重点任务|目标任务|责任事项|工作事项|责任任务"
        "|工作职责|职责任务|职责|主要任务|任务事项"
    ),
    "measures": "措施|工作措施|具体措施|落实措施|推进措施|主要措施|工作举措|具体举措|举措|创建措施|工作要求|整改措施",
    "time_limit": (
        "完成时限|时限|完成时间|办结时限|时限要求|时间要求|时间节点|完成期限|期限|工作时限|截止时间|截止日期"
        "|完成日期|时间安排|时间|整改时限|时间进度"
    ),
    "leading_leader": (
        "牵头领导|分管领导|责任领导|包抓领导|主管领导|联系领导|挂点领导|牵头区领导|分管区领导|区领导|市领导|县领导|校领导|领导"
    ),
    "person": (
        "责任人|联系人|负责人|联络员|具体责任人|直接责任人|第一责任人|责任人员|经办人|部门负责人|责任人姓名|联络人|具体负责人"
    ),
    "phone": "联系电话|电话|手机|手机号|联系方式|办公电话",
    "lead": (
        "牵头单位|牵头部门|牵头科室|牵头处室|牵头责任单位|总牵头单位|牵头|主责单位|主责部门|主办单位|主办部门"
        "|承办单位|第一责任单位|主要责任单位|主体责任单位"
    ),
    "unit": (
        "责任单位|责任部门|责任科室|责任处室|负责单位|负责部门|提供材料部门|责任主体|落实单位|实施单位|责任分工|单位|部门|科室"
    ),
    "supporting": (
        "配合单位|配合部门|配合科室|配合处室|协办单位|协办部门|协同单位|协同部门|协助单位|协助部门|协作单位"
        "|参与单位|参加单位|参与部门|联办单位|会办单位|成员单位|配合责任单位|配合|协办|配合协办单位"
    ),
    "unit_code": "单位编号|单位id|单位代码|部门编号|部门id|部门代码|责任单位编号|责任单位id|责任单位代码",
    "progress": (
        "进展情况|工作进展|推进情况|完成情况|落实情况|进度|存在问题|下一步|下一步工作|下一步打算|自评|自评分|得分|考评得分"
    ),
}
SURVEY_WORDS = {"requirement": "问题|题目|问卷题目|调查问题|问卷问题|调查内容|问卷调查内容|测评问题|题干"}
SITE_WORDS = {
    "number": "序号|序|号|no",
    "code": "编号|点位编号|点位代码|代码",
    "site": "点位名称|点位|具体点位|测评点位|考察点位|地点名称|场所名称|点位单位|考察地点|实地考察地点|申报点位|名称",
    "site_kind": "类别|点位类别|点位类型|类型|场所类别|场所类型|种类|点位种类",
    "address": "地址|详细地址|具体地址|点位地址|位置|具体位置|地理位置",
    "territory": "属地|所属区域|所属街道|所属镇街|街道|镇街|乡镇|所在街道|属地街道|属地单位|辖区|所属辖区|区域|所属社区|街道乡镇",
    "line_unit": "主管单位|主管部门|行业主管部门|行业主管单位|行业主管|责任单位|责任部门|牵头单位|包保单位|包联单位|管理单位",
    "person": "负责人|点位负责人|联系人|责任人|点位长|现场负责人|联络员",
    "phone": "电话|联系电话|手机|手机号|联系方式|负责人电话",
    "longitude": "经度|东经",
    "latitude": "纬度|北纬",
    "coordinates": "坐标|经纬度|点位坐标|地理坐标|位置坐标|经纬度坐标|坐标经纬度",
    "note": "备注|说明|附注",
}
LEDGER_WORDS = {
    "number": "序号|序|号|no",
    "code": "编号|问题编号",
    "source": "来源|问题来源|信息来源|发现渠道|来源渠道",
    "found_on": "发现时间|发现日期|督查时间|督查日期|检查时间|检查日期|问题发现时间",
    "finder": "发现人|发现人组|发现人/组|督查人|督查组|督查人员|检查人|检查人员|检查组",
    "territory": "辖区|属地|区域|所属区域|所属街道|街道|镇街|乡镇|所在街道",
    "site_kind": "点位类别|点位类型|场所类别|类别",
    "site": "点位|具体点位|点位名称|地点|具体地点|问题点位|问题地点|位置|具体位置|地址",
    "problem": "问题描述|存在问题|主要问题|问题|具体问题|问题内容|发现问题|问题详情|情况描述",
    "standard": "对应标准|对应测评标准|测评标准|对应条目|测评内容|对应测评内容|测评项目",
    "problem_kind": "问题类别|问题类型|问题分类",
    "severity": "严重程度|程度|问题等级|紧急程度",
    "photo_before": "整改前照片|整改前|问题照片|整改前图片|照片|问题图片|图片",
    "lead": "牵头|牵头单位|牵头部门|主责单位|主办单位",
    "supporting": "配合单位|协办单位|配合部门|协同单位|协助单位",
    "unit": "责任单位|整改责任单位|整改单位|责任部门|承办单位|整改责任部门",
    "person": "责任人|整改责任人|负责人|联系人",
    "issued_on": "交办时间|交办日期|下发时间|派单时间",
    "demand": "整改要求|办理要求|整改意见|要求",
    "time_limit": "整改时限|完成时限|时限|整改期限|办结时限|限期|整改截止时间|要求完成时间",
    "measures": "整改措施|整改情况|措施|整改落实情况|办理情况|整改进展",
    "photo_after": "整改后照片|整改后|整改后图片",
    "state": "状态|问题状态|整改状态|办理状态|当前状态",
    "done_on": "完成时间|整改完成时间|完成日期|整改时间|反馈时间|反馈日期|答复时间",
    "verifier": "核查人|复核人|核查组|复查人",
    "verified_on": "核查时间|复核时间|复查时间|核查日期",
    "verdict": "核查结论|核查意见|核查结果|复核结果|复查结果|是否整改到位|是否完成整改|整改结果|是否整改",
    "look_again": "回头看|回头看情况|回头看时间",
    "relapse": "是否反弹|反弹|反弹情况",
    "slip": "督办单号及颜色|督办单号|督办单|督办单编号|督办",
    "lost": "扣分|扣分值|扣减分值",
    "closed_on": "销号时间|销号日期|销号",
    "in_time": "按期办结|是否按期|是否按期整改",
    "tally": "退回次数|反弹次数|延期次数",
    "note": "备注|说明|附注",
}
PEOPLE_WORDS = {
    "number": "序号|序|号|no",
    "unit": "单位|单位名称|部门|部门名称|单位全称|全称|科室|科室名称|工作单位|所在单位|单位部门|所属单位",
    "alias": "简称|别名|简称别名|单位简称|曾用名|别称|其他名称",
    "parent": "上级|上级单位|上级部门|主管单位|隶属单位",
    "position": "排序|排序号|顺序|顺序号|排列顺序",
    "group": "分组|单位分组|组别|类别|单位类别",
    "unit_code": "单位编号|单位id|单位代码|部门编号|部门id|部门代码",
    "person": "姓名|人员|人员姓名|联系人|联络员|负责人|联络员姓名",
    "title": "职务|职务职称|岗位|职位|职称",
    "role": "角色|身份|人员类别|系统角色|权限",
    "phone": "手机|手机号|手机号码|电话|联系电话|联系方式|电话号码|移动电话",
    "email": "邮箱|电子邮箱|邮件|电子邮件|email|邮箱地址",
    "note": "备注|说明|附注",
}
PROPOSED_BY = (  # part of an unknown heading, what it proposes, whether it is read so at once (with a doubt)
    (r"牵头|主责|主办", "lead", True),
    (r"配合|协办|协同|协助|参与", "supporting", True),
    (r"责任.*(单位|部门|科室|处室|机构)", "unit", True),
    (r"时限|期限|截止", "time_limit", True),
    (r"措施|举措", "measures", True),
    (r"领导", "leading_leader", True),
    (r"责任人|联系人|负责人|联络", "person", True),
    (r"材料|佐证", "proof", True),
    (r"备注", "note", True),
    (r"(单位|部门|科室|处室|机构)$", "unit", False),
    (r"时间", "time_limit", False),
    (r"方法|方式", "method", False),
    (r"分值|分数|[多几]少?分|[赋计]分", "points", False),
    (r"任务|职责", "duty", False),
    (r"^(一|1)级", "project", False),
    (r"^(二|2)级", "indicator", False),
    (r"^(三|3)级", "content", False),
    (r"^(四|4)级", "criterion", False),
    (r"项目", "project", False),
    (r"指标", "indicator", False),
    (r"标准|细则", "criterion", False),
    (r"要求|要点", "requirement", False),
    (r"内容", "content", False),
    (r"说明", "note", False),
    (r"编号|序号", "number", False),
)
SITE_PROPOSED_BY = (
    (r"点位.*名|名.*点位", "site", True),
    (r"经纬|坐标", "coordinates", False),
    (r"经度", "longitude", False),
    (r"纬度", "latitude", False),
    (r"类[别型]", "site_kind", False),
    (r"地址|位置", "address", False),
    (r"街道|辖区|属地|镇", "territory", False),
    (r"主管|责任.*(单位|部门)", "line_unit", False),
    (r"(责任|负责|联系)人|点位长", "person", False),
    (r"电话|手机", "phone", False),
)
LEDGER_PROPOSED_BY = (
    (r"问题.*(描述|内容|情况)|存在.*问题", "problem", True),
    (r"责任.*(单位|部门)|整改.*单位", "unit", True),
    (r"配合|协办|协同|协助", "supporting", True),
    (r"时限|期限", "time_limit", True),
    (r"整改后", "photo_after", False),
    (r"照片|图片", "photo_before", False),
    (r"点位|地点", "site", False),
    (r"发现.*(时间|日期)|督查.*(时间|日期)", "found_on", False),
    (r"措施|整改情况", "measures", False),
    (r"核查|复查", "verdict", False),
    (r"备注", "note", True),
)
PEOPLE_PROPOSED_BY = (
    (r"姓名", "person", True),
    (r"手机|电话", "phone", True),
    (r"邮箱|邮件", "email", True),
    (r"简称|别名", "alias", True),
    (r"上级|隶属", "parent", False),
    (r"(单位|部门|科室)", "unit", False),
    (r"职务|岗位", "title", False),
    (r"角色|身份", "role", False),
    (r"分组|类别", "group", False),
    (r"排序|顺序", "position", False),
)


def meanings_of(words: dict[str, str]) -> dict[str, str]:
    """word -> meaning of a table above."""
    return {word: meaning for meaning, all_words in words.items() for word in all_words.split("|")}


@dataclass(frozen=True)
class Vocabulary:
    """The headings one kind of sheet uses. wanted: one of these meanings makes a heading row; examples: named in the error;
    is_shared_out: 工作任务 and 责任单位 are read as in a responsibility table; may_stand_twice: meanings of several columns;
    keeps_unit: 责任单位 is neither leading nor supporting by its column, each row says which."""

    meaning_of: dict[str, str]
    proposed_by: tuple[tuple[str, str, bool], ...]
    wanted: tuple[str, ...]
    examples: str
    may_stand_twice: tuple[str, ...]
    is_shared_out: bool = False
    keeps_unit: bool = False


MEANING_OF = meanings_of(WORDS)
_TWICE = (*NAMES, "progress", "note", "proof", "method", "phone", "person", "points", "grade")
STANDARD = Vocabulary(MEANING_OF, PROPOSED_BY, LEVELS, "测评项目、测评标准、具体要求", _TWICE)
SURVEY = Vocabulary(MEANING_OF | meanings_of(SURVEY_WORDS), PROPOSED_BY, LEVELS, "测评项目、测评标准、问卷主要内容", _TWICE)
RESPONSIBILITIES = Vocabulary(MEANING_OF, PROPOSED_BY, NAMES, "测评标准、牵头单位、责任单位", _TWICE, is_shared_out=True)
SITES = Vocabulary(
    meanings_of(SITE_WORDS), SITE_PROPOSED_BY, ("site",), "点位名称、点位类别、地址", ("note", "phone", "person", "line_unit")
)
LEDGER = Vocabulary(
    meanings_of(LEDGER_WORDS),
    LEDGER_PROPOSED_BY,
    ("problem",),
    "点位、存在问题、责任单位",
    ("note", "unit", "supporting", "person", "photo_before", "photo_after", "tally"),
    keeps_unit=True,
)
PEOPLE = Vocabulary(meanings_of(PEOPLE_WORDS), PEOPLE_PROPOSED_BY, ("unit", "person"), "单位、姓名、手机", ("note", "alias"))
