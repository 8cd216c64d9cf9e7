"""What no pattern tells: checks on a whole text. Each takes a `Text` and gives the places (start, end) it speaks of."""

import re
from collections.abc import Iterator
from typing import TYPE_CHECKING

from ..sentences import sentences

if TYPE_CHECKING:
    from .finding import Text

Places = Iterator[tuple[int, int]]

_DATE = re.compile(
    r"\d{2,4} ?[年./－-] ?\d{1,2} ?[月./－-] ?\d{1,2}|\d{1,2} ?月 ?\d{1,2} ?[日号]|[〇○零一二三四五六七八九十oO]{4} ?年"
)
_OFFICE = re.compile(
    "[局委办院厅处所站队]|政府|街道|公司|中心|社区|学校|小学|中学|大学|支行|银行|医院|服务区|管委会|法院|部|科|校|室|[镇乡县区市][^民场]"
)
_PHONE = re.compile(r"(?<!\d)(?:\d{7,8}|1\d{10}|0\d{2,3}[-－—]?\d{7,8}|12345|\d{3,4}-\d{3,4}-\d{4})(?!\d)")
_BASIS = re.compile(r"《|〔\d{4}〕|第[一二三四五六七八九十百\d]{1,4}条")
_ORDERS = re.compile("禁止|不得|严禁|必须|罚款|违者|处以|应当")
_THANKS = re.compile(r"(?:再次|衷心|最后)?(?:感谢|谢谢)(?:您|你|网友|各位|广大)?[^。！？!\n；;]{0,40}")
_FORMULA = re.compile(
    r"网友|您好|你好|尊敬的|先生|女士|(?:您|你)?(?:通过)?[^，。！]{0,12}(?:留言|来信|信件|函件|帖子?|来电)|(?:您|你)?(?:所)?反映的?(?:问题|情况|事项|诉求)?|"
    r"已?(?:收悉|获悉|知悉|收到)|(?:已|现已|并|将)?(?:转交|转至|移交|交由|转|交|反馈)(?:给|至|由)?(?:相关|有关)?(?:职能|责任)?(?:部门|单位)?"
    r"(?:进行|予以)?(?:核处|办理|处理|调查|核查|核实|阅处|办复|核查处理|调查核实|调查处理)?|如有(?:相关)?(?:情况|进展|结果)?[^。！]{0,16}|"
    r"(?:我们|我局)?(?:将|会)?(?:及时|尽快|第一时间)[^。！，]{0,12}|感谢[^。！，]{0,30}|谢谢[^。！]{0,20}|请[^。！]{0,6}(?:等待|关注)|祝[^。！]{0,12}|"
    r"特此(?:回复|答复)|[\d年月日./-]+|UU\d{1,4}|[“”\"'：:，。！!？?\s　、；;（）()]"
)


def only_formulas(text: "Text") -> Places:
    """A short reply of which nothing is left without its formulas."""
    if len(text.words) <= 200 and "反映" in text.words + "留言" and len(_FORMULA.sub("", text.words)) <= 6:
        yield text.sentences[0][0], text.sentences[-1][1]


def no_date(text: "Text") -> Places:
    if not _DATE.search(text.words):
        yield text.sentences[-1]


def no_office(text: "Text") -> Places:
    if not _OFFICE.search(text.words):
        yield text.sentences[-1]


def no_contact(text: "Text") -> Places:
    if not _PHONE.search(text.words):
        yield text.sentences[-1]


def no_basis(text: "Text") -> Places:
    if (order := _ORDERS.search(text.words)) and not _BASIS.search(text.words):
        yield order.span()


def thanks_twice(text: "Text") -> Places:
    thanks = list(_THANKS.finditer(text.words))
    yield from (match.span() for match in thanks[1:])


def long_sentence(text: "Text") -> Places:
    for start, end in text.sentences:
        if sum(sign.isalnum() for sign in text.words[start:end]) > 120:
            yield start, end


_PARAGRAPH = re.compile(r"[\r\n]+|\u3000{2,}| {4,}|\t")
_NUMBERED = re.compile(r"(?:^|[。：:；;])\s*(?:[一二三四五六七八九]、|[（(][一二三四五六七八九\d][)）]|\d[、.．])")


def no_paragraphs(text: "Text") -> Places:
    words = text.words.strip()
    if len(words) > 600 and not _PARAGRAPH.search(words):
        yield text.sentences[0][0], text.sentences[-1][1]


def too_long(text: "Text") -> Places:
    if len(text.words.strip()) > 1500:
        yield text.sentences[0][0], text.sentences[-1][1]


_ITEM = re.compile("[^：:，。]{1,8}[：:]")  # 办理时限：… may stand under each of several headings


def said_twice(text: "Text") -> Places:
    seen: set[str] = set()
    for start, end in text.sentences:
        words = re.sub(r"[\W_]", "", text.words[start:end])
        if len(words) >= 25 and words in seen and not _ITEM.match(text.words, start):
            yield start, end
        seen.add(words)


_CONCLUSION = re.compile(
    "属实|不属|符合|可以|不能|不予|无法|已经?|未|将|建议|决定|同意|暂|需|请|应|没有|不存在|责令|要求|立即|完成|解决|处理"
)


def answer_late(text: "Text") -> Places:
    words = text.words.strip()
    if len(words) > 400 and not _CONCLUSION.search(_GREETING.sub("", words)[:300]):
        yield text.sentences[0]


_GREETING = re.compile(
    r"^[^，。！]{0,40}[！!：:]|现[^。：:]{0,40}(?:回复|答复)如下|[^，。！]{0,40}(?:收悉|高度重视|关注)[，。！]"
)


def ni_and_nin(text: "Text") -> Places:
    if "您" in text.words:
        yield from (match.span() for match in re.finditer("你(?![们校好])", text.words))


# -- off the point: these need the message ----------------------------------------------------------------------------

# In messages and replies about anything.
_COMMON = """
问题 情况 领导 政府 部门 相关 有关 反映 希望 请问 谢谢 感谢 您好 你好 尊敬 我们 你们 他们
现在 目前 可以 没有 已经 解决 处理 进行 工作 一个 这个 什么 为什么 怎么 如何 是否 能否 是不是
多次 一直 居民 群众 市民 老百姓 百姓 网友 回复 答复 投诉 举报 咨询 建议 请求 要求 强烈 严重
影响 今年 去年 时间 时候 地方 自己 大家 因为 所以 但是 而且 如果 还是 就是 不是 都是 这样
这些 那么 其中 以及 以后 之后 以前 至今 需要 应该 能够 出现 造成 导致 关于 对于 根据 按照
通过 由于 书记 市长 县长 局长 先生 女士
"""
_COMMON_WORDS = frozenset(_COMMON.split())


def _matters(tokens: list[str]) -> set[str]:
    return {word for word in tokens if len(word) > 1 and not word.isdigit() and word not in _COMMON_WORDS}


_REFERRED = re.compile("请(?:您|你)?(?:直接)?(?:到|向|咨询|致电|联系|拨打|与)|可以?(?:致电|咨询|拨打)|立案|侦查")


def nothing_taken_up(text: "Text") -> Places:
    """None of the message's words of matter, nor two signs of one in a row, comes up in the reply.

    A reply may take up a matter in other words (地铁, 轨道交通). One of some length is therefore found only where
    hardly a sign of the message's words stands in it either. One that says whom to ask answers, if poorly.
    """
    asked = _matters(text.message_tokens)
    if len(asked) < 4 or len(text.words.strip()) < 30 or _REFERRED.search(text.words):
        return
    said = _FORMULA.sub("", text.words)
    common = {word[n : n + 2] for word in _COMMON_WORDS for n in range(len(word) - 1)}
    pairs = {word[n : n + 2] for word in asked for n in range(len(word) - 1)} - common
    if any(pair in said for pair in pairs):
        return
    signs = {sign for pair in pairs for sign in pair}
    if len(said) <= 30 or sum(sign in said for sign in signs) <= len(signs) * 0.08:
        yield text.sentences[0][0], text.sentences[-1][1]


_WHEN = re.compile("什么时候|何时|啥时候|几时|多久|哪天|哪一?年|几月|什么时间")
_TIME = re.compile(
    r"\d{1,4} ?[年月日号天周]|\d个(?:工作日|月|小时)|[一二三四五六七八九十两]个?(?:年|月|天|周|星期|工作日)"
    r"|[年月][底内初]|季度|今年|明年|本月|下月|当天|立即|现已|已为|暂[不无未]|已于|已经|已完|已(?:修|通|开|发|建|解决|恢复)"
)
_HOW_MUCH = re.compile("多少钱|多少元|收费标准|补偿标准|补助标准|标准是多少|费用多少|多少费用|怎么收费")
_FIGURE = re.compile(r"\d|[一二三四五六七八九十百千万](?:元|块|%|倍|成)|百分之|免费|不收|标准为")
_WHERE = re.compile("到哪里|去哪里|在哪里|哪个部门|哪个单位|什么部门|找谁|找哪|向谁|向哪|哪里可以|哪里办|哪里能")
_PLACE = re.compile(
    r"[局委厅]|政府|街道|公司|中心|社区|窗口|大厅|银行|学校|医院|网站|平台|派出所|服务站|\d{5}|路\d{1,4}号|法院"
)
_WHY = re.compile("为什么|为何|为啥|什么原因|凭什么|原因何在|咋回事|怎么回事")
_REASON = re.compile(
    "因|由于|原因|所以|故|鉴于|根据|依据|按照|规定|为了|系|是[^，。]{2,20}(?:造成|导致|引起)|导致|造成|考虑到"
    "|为[^，。]{1,12}[，,]|不符合|条件|政策|不足|困难|没有|未|不属|属于|主要"
)
_FORWARDED = re.compile(
    "(?:已|现已|已经|将)?(?:及时)?(?:转|交|转交|移交|交由|转至|转由|反馈|转达)(?:给|至|到|由)?[^，。；！]{1,25}?"
    "(?:核处|办理|处理|调查|核查|核实|阅处|办复|研究|参考|部门|单位|知晓)"
)


_OWN_DATE = re.compile(r"\d{4} ?[年./-] ?\d{1,2} ?[月./-] ?\d{1,2} ?日?\W*$")
_QUESTION = re.compile("[？?]|请问|想问|咨询")


def _unanswered(text: "Text", ask: re.Pattern[str], answer: re.Pattern[str]) -> Places:
    """Find a question of a short message (a long one asks much by the way) whose kind of answer the reply lacks."""
    message = text.message or ""
    if len(message) > 300 or not any(
        ask.search(message, start, end) and _QUESTION.search(message, start, end) for start, end in sentences(message)
    ):
        return
    words = _OWN_DATE.sub("", text.words.strip())  # the reply's own date answers nothing
    if len(words) >= 30 and not answer.search(words):
        yield text.sentences[0][0], text.sentences[-1][1]


def when_unanswered(text: "Text") -> Places:
    yield from _unanswered(text, _WHEN, _TIME)


def how_much_unanswered(text: "Text") -> Places:
    yield from _unanswered(text, _HOW_MUCH, _FIGURE)


def where_unanswered(text: "Text") -> Places:
    yield from _unanswered(text, _WHERE, _PLACE)


def why_unanswered(text: "Text") -> Places:
    yield from _unanswered(text, _WHY, _REASON)


def only_forwarded(text: "Text") -> Places:
    """A short reply that passes a question on and answers nothing."""
    if not (text.message and re.search("[？?]|请问|咨询|求助|反映|投诉|请求|希望|建议", text.message)):
        return
    forwarded = _FORWARDED.search(text.words)
    if forwarded and len(_FORMULA.sub("", text.words)) <= 40 and len(text.words) <= 160:
        yield forwarded.span()
