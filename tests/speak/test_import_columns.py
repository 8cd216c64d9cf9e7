"""Columns are recognised by name, and those that label a person are never taken in."""

import pytest

from bandeng.speak.casework.importing import columns

# The sheet 汇总 of the river complaints: each header, what becomes of it, and why. Decided by hand.
RIVER = [
    ("id", "number", ""),
    ("河流", "location", "the place"),
    ("性质", "order_type", ""),
    ("(D)", None, "unnamed code of 性质"),
    ("信息 来源", "channel", ""),
    ("(F)", None, "unnamed code of 信息来源"),
    ("标题", "title", ""),
    ("内容长度", None, "counts characters"),
    ("情感整理", "refused", "mood inferred from the words"),
    ("情感倾向（原）", "refused", "mood inferred from the words"),
    ("情感倾向（新）", "refused", "mood inferred from the words"),
    ("诉求内容情绪", "refused", "mood inferred from the words"),
    ("回复时滞影响的情绪", "refused", "mood inferred from waiting"),
    ("匿名(1)/实名(0)", "refused", "how the person signed; 261 rows hold names of people in place of the code"),
    ("时间", "received_at", ""),
    ("利己=0，利他=1，生态=2", "refused", "motives ascribed to the person"),
    ("利己分数", "refused", "motives, scored"),
    ("利他分数", "refused", "motives, scored"),
    ("生态分数", "refused", "motives, scored"),
    ("价值取向个体规范", "refused", "values ascribed to the person"),
    ("投诉件内容", "content", ""),
    ("回复1", "answer", ""),
    ("回复长度", None, "counts characters of the office's answer"),
    ("转处理次数", None, "how often the office passed it on"),
    ("最终回复-投诉事件", None, "days the office took"),
    ("2016年前已有诉求件数量", None, "about the river; the column is empty"),
    ("政治信任程度", "refused", "how far the person trusts, scored"),
    ("政府工具", None, "codes the office's answer"),
    ("行政工具词频", None, "codes the office's answer"),
    ("行政工具比重", None, "codes the office's answer"),
    ("信息 工具词频", None, "codes the office's answer"),
    ("信息 工具比重", None, "codes the office's answer"),
    ("合作工具词频", None, "codes the office's answer"),
    ("合作工具比重", None, "codes the office's answer"),
    ("法制工具词频", None, "codes the office's answer"),
    ("法制工具比重", None, "codes the office's answer"),
    ("助推工具比重", None, "codes the office's answer"),
    ("结果认同-29", "refused", "whether the person accepts the result, inferred; satisfaction is theirs to say"),
    ("结果认同-30", "refused", "the same"),
    ("结果认同-32", "refused", "the same"),
    ("结果认同-0~1范围", "refused", "the same"),
    ("首次转处理-诉求时间", None, "days until the office passed it on"),
    ("首次敷衍-诉求时间", None, "days until an empty answer: about the office"),
    ("首次解释/安慰-诉求时间", None, "days until the office explained"),
    ("首次有实质进展-诉求时间", None, "days until something was done"),
    ("结果认同-29 (2)", "refused", "the same"),
    ("结果认同-30 (2)", "refused", "the same"),
    ("结果认同-32 (2)", "refused", "the same"),
    ("结果认同分数", "refused", "the same"),
]


def test_every_column_of_the_river_sheet_goes_where_it_was_decided():
    headers = [header for header, _fate, _why in RIVER]
    aliases = columns.detect(headers)
    assert aliases.kind == "river"
    found = columns.match(headers, aliases)
    fate = dict.fromkeys(range(49))
    fate |= dict.fromkeys(found.refused, "refused")
    fate |= {at: field for field, positions in found.mapped.items() for at in positions}
    assert [(headers[at], fate[at]) for at in range(49)] == [(header, expected) for header, expected, _why in RIVER]


@pytest.mark.parametrize(
    "header",
    [
        "政治信任程度",
        "情感倾向",
        "市民情绪",
        "情绪标签",
        "是否无理",
        "无理诉求",
        "是否不合理诉求单",
        "恶意投诉",
        "重点人员",
        "是否重点关注",
        "性格特点",
        "信用等级",
        "个人信用分",
        "态度评价",
        "来电人态度",
        "群众态度",
        "配合程度",
        "缠访闹访",
        "上访老户",
        "职业打假",
        "稳控措施",
        "是否扬言",
        "是否息访",
        "诉求人标签",
        "群众画像",
        "用户等级",
        "黑名单",
        "政治面貌",
        "宗教信仰",
        "精神状态",
        "个人风险等级",
        "人员特征",
        "诉求动机",
        "特殊人群",
    ],
)
def test_columns_that_label_a_person(header):
    assert columns.why_refused(header)


@pytest.mark.parametrize(
    "header",
    [
        "服务态度评价",
        "工作人员态度评分",
        "是否满意",
        "满意度",
        "群众满意度",
        "是否解决",
        "重点项目",
        "重点工作",
        "环境敏感点",
        "信用卡类",
        "农村信用社",
        "企业信用等级",
        "公共信用信息",
        "风险隐患类型",
        "来电人",
        "联系电话",
        "问题分类",
        "标签",
        "主办单位",
        "是否纳入考核",
        "心愿",
        "情况说明",
        "事发情形",
    ],
)
def test_columns_about_the_office_or_the_matter(header):
    assert not columns.why_refused(header)


def test_no_name_of_an_alias_file_is_refused():
    assert [name for name in columns.known_names() if columns.why_refused(name)] == []


def test_every_alias_file_finds_itself_and_names_each_column_once():
    for kind, aliases in columns.load_all().items():
        first_names = [names[0] for names in aliases.columns.values()]
        assert columns.detect(first_names).kind == kind
        assert {"number", "title", "content", "received_at"} <= aliases.columns.keys()
        names = [columns.loose(name) for name in aliases.names()]
        assert sorted(names) == sorted(set(names))


def test_names_are_compared_without_spaces_width_and_case():
    found = columns.match(["工单 编号", "来电人电话／账号", "ＩＤ"], columns.load("hotline_12345"))
    assert found.mapped == {"number": [0], "caller_phone": [1]}
    assert found.unmapped == [2]


def test_a_sheet_of_something_else_is_no_source():
    assert columns.detect(["姓名", "年龄", "金额"]) is None
    assert columns.detect(["内容"]) is None
