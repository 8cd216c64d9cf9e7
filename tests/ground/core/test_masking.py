"""Masking: what must go, what must stay, and that nothing else changes. All sentences are made up."""

import random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bandeng.ground.core.masking import CARD, ID_NUMBER, NAME, PHONE, PLATE, mask

KNOWN = ["张桂兰", "欧阳明月", "阿依古丽·买买提", "李强", "John Smith"]
WIDE = str.maketrans({chr(c): chr(c + 0xFEE0) for c in range(0x21, 0x7F)})

# What goes stands between ‹ ›; the placeholder is told by the letter before it.
GOES = [
    "请打我电话P‹13800001234›。",
    "P‹138 0000 1234›是我的号",
    "P‹138-0000-1234›",
    "手机:P‹1380 000 1234›",
    "手机P‹1380 0001 234›",
    "联系P‹138 00001234›谢谢",
    "P‹1380000 1234›",
    "P‹138.0000.1234›",
    "P‹138–0000–1234›",
    "P‹138  0000  1234›",
    "P‹+8613800001234›",
    "P‹+86 138 0000 1234›",
    "P‹0086-13800001234›",
    "P‹86-138-0000-1234›",
    "P‹(+86)13800001234›",
    "P‹１３８００００１２３４›",
    "电话P‹１３８　００００　１２３４›",
    "P‹一三八零零零零一二三四›",
    "P‹幺三八〇〇〇〇幺二三四›",
    "电话是P‹一三八 0000 一二三四›",
    "P‹1 3 8 0 0 0 0 1 2 3 4›",
    "P‹1-3-8-0-0-0-0-1-2-3-4›",
    "我13号去过,电话P‹13800001234›",
    "2024年3月5日来电P‹13800001234›反映",
    "2024-03-05 P‹13800001234›",
    "两个号P‹13800001234›、P‹19900005678›",
    "P‹13800001234›/P‹13900005678›",
    "tel:P‹13800001234›",
    "tel P‹13800001234›",
    "QQ和手机同号,手机P‹15600001234›",
    "v:P‹18800001234›加我",
    "尾号1234,全号P‹17700001234›,晚上打",
    "村民P‹13800001234›说水管裂了3米",
    "P‹13800001234›.2024年起",
    "P‹16600001234›(下午)",
    "座机P‹0571-80001234›",
    "P‹0571 80001234›",
    "P‹(0571)80001234›",
    "P‹（0571）8000 1234›",
    "P‹057180001234›",
    "P‹010-60001234›",
    "P‹021-5000 1234›",
    "P‹0571-80001234转801›",
    "P‹0571-80001234-801›",
    "P‹+86 571-80001234›",
    "P‹0578-2000123›",
    "家里电话P‹80001234›没人接",
    "座机:P‹8000123›",
    "请回电P‹8000-1234›",
    "联系方式P‹1380000123›(少一位)",
    "身份证I‹11010519491231002X›",
    "I‹11010519491231002x›",
    "我的身份证号是I‹110105194912310021›",
    "证件I‹110105 19491231 002X›",
    "I‹110105-19491231-002X›",
    "I‹1101 0519 4912 3100 2X›",
    "I‹１１０１０５１９４９１２３１００２Ｘ›",
    "老证I‹110105491231002›还能用吗",
    "身份证:I‹440308199901010012›",
    "身份证I‹11010519491231002X›电话P‹13800001234›",
    "卡C‹4111111111111111›",
    "C‹4111 1111 1111 1111›",
    "C‹4111-1111-1111-1111›",
    "补贴打到C‹6200000000000005›",
    "C‹6200000000000000000›",
    "卡号C‹6217000000000000001›打错了",
    "账号是C‹330000123456789›",
    "车牌L‹浙A12345›占道",
    "L‹浙A·12345›",
    "L‹浙A 1B2C3›",
    "L‹浙AD12345›新能源",
    "L‹浙a12345›",
    "货车L‹皖B1234挂›漏沙",
    "教练车L‹沪C1234学›",
    "L‹京A88888›和L‹京B99999›",
    "邮箱E‹zhang.gl@example.com›",
    "E‹a_b+c@mail.example.cn›",
    "E‹ａｂ@example.com›",
    "QQ:A‹10001234›",
    "qq号A‹123456789›",
    "微信号A‹wxid_abc123›",
    "微信:A‹lamp2024›",
    "我叫N‹张桂兰›",
    "N‹张 桂 兰›",
    "N‹张桂兰女士›来电",
    "N‹张女士›说路灯不亮",
    "N‹张大妈›",
    "我是N‹老张›,住柳树村",
    "N‹李强›和N‹张桂兰›两家",
    "N‹李先生›",
    "N‹欧阳女士›",
    "N‹欧阳明月›",
    "N‹阿依古丽·买买提›",
    "N‹阿依古丽•买买提›",
    "N‹阿依古丽›家门口",
    "N‹JOHN  SMITH› called",
    "N‹张\n桂兰›(代N‹李强›)P‹13800001234›",
]
LETTERS = {"P": PHONE, "I": ID_NUMBER, "C": CARD, "L": PLATE, "E": "〔邮箱〕", "A": "〔账号〕", "N": NAME}

STAYS = [
    "工单编号20240305123456789,请查",
    "编号13800001234的工单一直没人办",
    "工单号:13912345678",
    "受理编号202403050001",
    "HX-2024-13800001234",
    "GD13800001234",
    "快递单号432100001234567",
    "订单号:4111111111111111",
    "流水号6200000000000005对不上",
    "合同编号62000000000000000",
    "表号110105491231002的水表坏了",
    "户号3301234567欠费",
    "2024-03-05 09:30:15",
    "20240305093015",
    "2024年3月5日到2024年4月5日",
    "1998-2003年和2005-2010年",
    "1978 1982 1990 三年",
    "1949年10月1日",
    "身份证办不下来",
    "赔了13800元",
    "涨到1500 2000 300元",
    "1380 0001 234元三笔",
    "共1234567元",
    "投资15000000元修路",
    "1亿3800万元",
    "3.1415926535",
    "120.15507,30.27408",
    "面积1380.25平方米",
    "每亩800元,共12.5亩",
    "单价1500元,合计45000.00元",
    "12345热线打不通",
    "打110、119、120都试过",
    "打12345转2",
    "拨打12333",
    "客服400-800-1234",
    "95588",
    "10086发来短信",
    "柳树村3组12号",
    "人民路138号1幢2单元301室",
    "8幢1304室漏水",
    "G320国道138公里处",
    "X204县道K12+300",
    "138路公交改线",
    "138****1234",
    "尾号1234",
    "浙府发〔2024〕13号",
    "国办函〔2026〕12号",
    "GB/T 2260-2007",
    "信访工作条例第三十二条",
    "统一社会信用代码91330100MA2B0C1D5X",
    "许可证JY13301000012345",
    "一二三四五六七",
    "一三五七九,二四六八十",
    "二〇二四年三月五日",
    "二〇二四〇三〇五",
    "一百三十八万零一千",
    "第一三八期",
    "三三两两的人",
    "十三、十四、十五号楼",
    "1、3、5、7、9、11、13号楼",
    "1-3-5栋",
    "2-1-301",
    "8:30-11:30,13:30-17:00",
    "水压0.25-0.30兆帕",
    "100000度电",
    "身高172体重130",
    "PM2.5是135",
    "噪声75.5分贝",
    "110105",
    "邮编310000",
    "邮编 310000,县政府收",
    "京津冀",
    "新A级景区",
    "豫剧团下乡",
    "云A栋",
    "川B座2层",
    "皖北地区5个县",
    "一等@所有人",
    "@物业,请看",
    "a@b",
    "QQ群里说的",
    "微信支付失败",
    "微信公众号查不到",
    "扣扣群通知了",
    "小张庄的路坏了",
    "老张家湾桥塌了",
    "张庄村和李家村",
    "强制拆除",
    "李子树被砍",
    "纸张不够",
    "桂兰社区",
    "先生,你好",
    "欧阳修纪念馆",
    "明月小区",
    "John is not here",
    "表扬信",
    "",
    "  ",
    "路灯坏了半个月,没人修",
    "13米宽的路",
    "199元套餐",
    "4.5吨",
    "订了3800斤化肥",
    "0元购",
    "00:00-24:00",
]


def marked(sentence):
    plain, expected, rest = "", "", sentence
    while "‹" in rest:
        before, rest = rest.split("‹", 1)
        what, rest = rest.split("›", 1)
        plain += before[:-1] + what
        expected += before[:-1] + LETTERS[before[-1]]
    return plain + rest, expected + rest


@pytest.mark.parametrize("sentence", GOES)
def test_what_goes(sentence):
    plain, expected = marked(sentence)
    assert plain != expected
    assert mask(plain, names=KNOWN) == expected


@pytest.mark.parametrize("sentence", STAYS)
def test_what_stays(sentence):
    assert mask(sentence, names=KNOWN) == sentence


def test_there_are_enough_of_both():
    assert len(set(GOES)) >= 80
    assert len(set(STAYS)) >= 80


def test_a_known_number_goes_whatever_its_form():
    assert (
        mask("分机 6012,打 60 12 也行", phones=["6012"]) == "分机 6012,打 60 12 也行"
    )  # too short to be told from others
    assert mask("打95012345或9501-2345", phones=["95012345"]) == f"打{PHONE}或{PHONE}"


def test_a_name_that_is_a_word_or_a_place():
    assert mask("高峰期堵车,高峰村没有红绿灯,高峰来电", names=["高峰"]) == f"高峰期堵车,高峰村没有红绿灯,{NAME}来电"


def test_a_surname_given_with_a_form_of_address():
    assert mask("陈女士说,姓陈的还有一家,陈皮涨价", names=["陈女士"]) == f"{NAME}说,姓陈的还有一家,陈皮涨价"


MOBILES = st.builds(lambda a, b: f"1{a}{b:09d}", st.integers(3, 9), st.integers(0, 999_999_999))
SEPARATORS = st.sampled_from(["", " ", "-", "–", "  ", " - "])
AROUND = st.text(st.sampled_from("我的电话是,。请打给路灯不亮村口"), max_size=12)


@given(number=MOBILES, separator=SEPARATORS, before=AROUND, after=AROUND, wide=st.booleans())
def test_no_mobile_number_survives(number, separator, before, after, wide):
    written = separator.join([number[:3], number[3:7], number[7:]]) if len(separator) < 3 else number
    if wide:
        written = written.translate(WIDE)
    assert mask(before + written + after) == before + PHONE + after


def id_number(seed):
    chance = random.Random(seed)
    body = f"{chance.choice(['330102', '110105', '522632', '650121'])}{chance.randint(1930, 2020)}"
    body += f"{chance.randint(1, 12):02d}{chance.randint(1, 28):02d}{chance.randint(0, 999):03d}"
    # ISO 7064 MOD 11-2 by its recurrence, not by the table of weights the code uses
    remainder = 0
    for digit in body:
        remainder = (remainder + int(digit)) * 2 % 11
    check = (12 - remainder) % 11
    return body + ("X" if check == 10 else str(check))


@given(st.integers(), AROUND, AROUND)
def test_no_id_number_survives_and_a_wrong_check_character_is_no_id_number(seed, before, after):
    number = id_number(seed)
    assert mask(before + number + after) == before + ID_NUMBER + after
    wrong = number[:-1] + ("1" if number[-1] != "1" else "2")
    assert ID_NUMBER not in mask("编号" + wrong)


@given(st.text(max_size=80), st.lists(st.sampled_from(KNOWN), max_size=3))
def test_masking_twice_changes_nothing_more(text, names):
    once = mask(text, names=names)
    assert mask(once, names=names) == once


@given(st.text(st.characters(exclude_categories=["Nd", "Nl", "No", "Cs"], exclude_characters="@"), max_size=80))
def test_words_without_figures_stay(text):
    if not any(c in text for c in "零〇一二三四五六七八九幺两壹贰叁肆伍陆柒捌玖微信QqVvWw"):
        assert mask(text) == text
