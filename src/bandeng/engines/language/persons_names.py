"""Names: those the case knows, and those that a cue tells: 我叫…, 联系人：…, 村民…, …女士.

After a cue a surname must follow; where the name ends is told by what stands behind it or by rjieba's words. The
weaker the cue, the more the name must look like one: a field (姓名：) or 我叫 proves most, a role less, 我是 least.
Titles of office (王书记) name a function and stay. Limits: names without a cue, nicknames, given names alone.
"""

import re
from collections.abc import Iterator

from .cutting import rjieba
from .spans import HAN, NAME, Span, note, note_all
from .surnames import COMMON, COMPOUND, DOUBTFUL, FUNCTION, MAY_BEGIN, NO_NAMES, NOT_GIVEN, RARE, TIBETAN, TITLES

_TITLED = re.compile(rf"(?:{TITLES})$")
_TITLE = re.compile(rf" ?(?:{TITLES})(?![么些个])")
_RUN = re.compile(f"[{HAN}]{{1,12}}")

_FIELD_WORDS = (
    "姓名|名字|联系人|投诉人|举报人|申请人|反映人|咨询人|求助人|来信人|来访人|信访人|来电人|被举报人|被投诉人|当事人|证明人|证人|"
    "收件人|寄件人|签名|签字|落款|户主|户名|业主|法人代表|法定代表人|负责人|经办人|代理人|受害人|患者|死者|原告|被告|监护人|"
    "委托人|受托人|承包人|房主|房东|村民|居民|住户|学生|家长"
)
_FIELD = re.compile(rf"(?:{_FIELD_WORDS})(?:姓名)? ?[:：] ?")
_IS = re.compile(
    rf"(?:姓名|名字|联系人|投诉人|举报人|申请人|户主|户名|法人代表|法定代表人|负责人|经办人|代理人|房主|房东)[为是](?=[{HAN}]{{2,5}}(?:[^{HAN}]|$))"
)
_CALLED = re.compile(
    r"(?:我|本人|他|她|孩子|儿子|女儿|丈夫|妻子|老公|老婆|爱人|妈|爸|老板|名字|大名|真名)(?:的?名字)?(?:就|现在)?叫(?:做|作)?[“\"]?"
    r"|(?:^|[,，、。 ])名?叫(?=[^一-龥]{0}..)|(?:姓名|名字)(?:叫|是|为)|网友[“\"]|署名[“\"]?"
)
_ROLE = re.compile(
    "本人|联系人|投诉人|举报人|申请人|反映人|咨询人|信访人|来信人|当事人|证明人|证人|受害人|代理人|经办人|收件人|被害人|伤者|死者|患者|病人|"
    "家属|签字人|落款|签名|反映者|原告|被告|户主|房主|房东|业主|租客|租户|住户|邻居|隔壁|村民|居民|老人|残疾人|低保户|贫困户|五保户|老板娘?|包工头|"
    "工头|司机|驾驶员|经理|队长|组长|会计|所长|院长|站长|厂长|社长|会长|校长|园长|班主任|教师|老师|医生|护士长?|民警|警察|辅警|"
    "城管|村支书|支书|村主任|村长|书记|主任|镇长|乡长|县长|局长|科长|处长|股长|干部|技术员|保安|律师|法官|同学|学生|家长|"
    "工人|职工|职员|员工|工作人员|老兵|军人|党员|移民|农民|法人代表|法定代表人|法人|负责人|股东|车主|店主|商户|摊主"
)
_RELATIVE = re.compile(
    "[我他她](?:的)?(?:丈夫|妻子|老公|老婆|爱人|老伴|父亲|母亲|爸爸?|妈妈?|儿子|女儿|孩子|哥哥?|姐姐?|弟弟?|妹妹?|爷爷|奶奶|外公|外婆|"
    "叔叔?|伯伯?|舅舅?|姑姑?|姨妈?|孙子|孙女|公公|婆婆|岳父|岳母|侄子|侄女|嫂子|女婿|媳妇|儿媳|朋友|同事|家属)"
    "|(?:^|(?<=[,，。 的]))(?:丈夫|妻子|老公|老婆|老伴|父亲|母亲|儿子|女儿|岳父|岳母|家属)"
)
_SELF = re.compile(
    r"我们?是(?:[^,，。;；:：!！?？\n]{0,18}?(?:的|村民|居民|业主|村人|教师|老师|军人|老兵|工人|农民|职工|家长|学生|移民|党员|商户|住户))?"
)
_SURNAMED = re.compile(f"(?:我|本人)姓 ?([{HAN}])(?![{HAN}])")
_OLD = re.compile(f"(?:找|联系|问|是|叫)([老小][{''.join(sorted(COMMON))}])(?![{HAN}])")
_CUES = (
    (_FIELD, 3, "field of a name"),
    (_IS, 2, "field of a name"),
    (_CALLED, 2, "called so"),
    (_RELATIVE, 2, "after a relative"),
    (_ROLE, 1, "after a role"),
    (_SELF, 0, "after 我是"),
)
_NEXT = re.compile("[、,，和与及](?:和)?")
# What may stand right behind a name.
_BEHIND = re.compile(
    rf"[^{HAN}]|$|(?:{TITLES})|的|是|在|说|反映|住|家|来电|来信|于|和|与|及|等|因|被|把|给|占|拖|不|已|将|向|从|没|未|有|系|拒|欠|收|"
    r"卖|开|跑|均|皆|乱|上|去|今年|现年|今|强|私|态度|每|让|称|为|之|一家|可以|可|到|也|都|就|还|常|帮|摔|瘫痪|九十|七十|八十|六十|书记|主任|律师|还在|"
    r"上个月|代表|签字|打|闯|出警|当|要|想|对|拿|用|找|以|本|同意|离婚|怀孕|这|患|得了|死|去世|失联|伪造|威胁|骗|强行"
)


def find_names(plain: str, spans: list[Span]) -> str:
    """Note the names that a cue tells, wherever else they stand too; give the copy with them blanked out."""
    already = len(spans)
    plain_before, plain = plain, note(plain, _cued(plain), NAME, spans)
    full = {_TITLED.sub("", plain_before[span.start : span.end]) for span in spans[already:]}
    for name in sorted((name for name in full if len(name) > 2), key=lambda name: (-len(name), name))[:_MANY]:
        if name in plain:
            plain = note_all(plain, _full_name(name), NAME, "named elsewhere", spans)
    plain = note_all(plain, _SURNAMED, NAME, "called a surname", spans, lambda _p, m, _d: m[1] in COMMON | RARE)
    plain = note_all(plain, _OLD, NAME, "form of address", spans)
    return note(plain, _titled(plain), NAME, spans)


_MANY = 200  # names of one text that are sought elsewhere in it: a bound for lists of ten thousand


def _cued(plain: str) -> Iterator[tuple[int, int, str]]:
    for pattern, strength, why in _CUES:
        for cue in pattern.finditer(plain):
            for start, end in _names_from(plain, cue.end(), strength):
                yield start, end, why


def _names_from(plain: str, start: int, strength: int) -> Iterator[tuple[int, int]]:
    """Give the name that begins here, and those joined to it: 曹国庆、彭爱华."""
    while plain[start : start + 1] in (" ", "“", '"', "("):  # never at the end: "" is none of these
        start += 1
    while end := _name_end(plain, start, strength):
        title = _TITLE.match(plain, end)
        end = title.end() if title else end
        yield start, end
        joint = _NEXT.match(plain, end)
        if not joint:
            return
        start, strength = joint.end(), min(strength, 1) if plain[joint.start()] in "、和与及" else 0


_FOREIGN = re.compile(f"[{HAN}]{{2,7}}·[{HAN}]{{1,7}}(?:·[{HAN}]{{1,6}})?")
_OFFICE = re.compile(
    "书记|主任|经理|队|[总院局科处股所站厂校园镇乡县市区村社会团班组部行]长|总(?![一-龥])|法官|警官|律师|科(?![一-龥])"
)
_SPACED = re.compile(f"[{HAN}](?: [{HAN}]){{1,2}}(?![{HAN}])")
_PLACE_BEHIND = re.compile(
    "[村镇乡县市路街桥屯寨湾组区州省]|社区|小区|小学|中学|家园|花园|名苑|公司|超市|医院|大道|人(?![{HAN}]?叫)"
)


def _name_end(plain: str, start: int, strength: int) -> int | None:
    """Give where the name that begins at `start` ends, or None where none does. `strength`: 3 field … 0 我是."""
    if match := _FOREIGN.match(plain, start):
        return match.end()
    if strength > 1 and (match := _SPACED.match(plain, start)) and plain[start] in COMMON | RARE:
        return match.end()
    run = match[0] if (match := _RUN.match(plain, start)) else ""
    if run[:2] in TIBETAN and run not in ("强巴",):
        return start + (4 if run[2:4] in TIBETAN else 2)
    surname = 2 if run[:2] in COMPOUND else 1 if run[:1] in COMMON | RARE else 0
    if not surname or run.startswith(NO_NAMES) or _OFFICE.match(run, surname):  # 王书记 names a function
        return None
    if title := _TITLE.match(plain, start + surname):
        return start + surname if strength or title else None
    length = _length(run, surname, strength)
    if length is None or not _may_be(run, surname, length, strength):
        return None
    return start + length


def _length(run: str, surname: int, strength: int) -> int | None:
    """Give how many characters the name has: surname and one or two, where something may end behind it."""
    one, two = surname + 1, surname + 2
    if len(run) < one or run[surname] in NOT_GIVEN - MAY_BEGIN:
        return None
    if len(run) == one or run[surname + 1] in NOT_GIVEN and _BEHIND.match(run, one):
        return one
    if len(run) == two:
        return two
    if strength == 3 and len(run) == surname + 3 and not (set(run[surname:]) & NOT_GIVEN):
        return len(run)
    ends = _word_ends(run)
    if _BEHIND.match(run, two) and not (_BEHIND.match(run, one) and one in ends and two not in ends):
        return two
    if _BEHIND.match(run, one):
        return one
    return two if two in ends else one if one in ends else two if strength else None


def _word_ends(run: str) -> set[int]:
    ends, at = set(), 0
    for word in rjieba().cut(run):
        at += len(word)
        ends.add(at)
    return ends


def _may_be(run: str, surname: int, length: int, strength: int) -> bool:
    """Tell whether what follows the cue looks like a name enough for the cue's strength."""
    if strength == 3:
        return True
    if strength < 2 and _PLACE_BEHIND.match(run, length):
        return False
    first, tag = rjieba().tag(run)[0]
    is_tagged = tag.startswith("nr") and len(first) >= 2
    is_word = rjieba().has_word(first) and len(first) >= 2 and not is_tagged
    ends_here = len(run) == length
    if is_word and not _BEHIND.match(run, length) or run[0] in RARE and surname == 1 and not is_tagged:
        return False
    if strength == 2:
        return True
    if is_word and (run[0] in DOUBTFUL or len(first) >= length):
        return False
    given = run[surname:length]
    if run[0] in FUNCTION and not is_tagged and (not ends_here or rjieba().has_word(given)):
        return False
    if run[0] in DOUBTFUL and not is_tagged and not _BEHIND.match(run, length):
        return False
    if strength == 0:
        return ends_here and run[0] in COMMON and not is_word and not run.endswith(("生", "员", "人", "者", "民"))
    return True


_NO_SURNAME_BEFORE_TITLE = frozenset("于和向从应那时同但当能都来全相与是第及平明言路来开强单车房费门商边包师")


def _titled(plain: str) -> Iterator[tuple[int, int, str]]:
    for title in _TITLE.finditer(plain):
        head = re.search(f"[{HAN}]{{1,8}}$", plain[max(0, title.start() - 8) : title.start()])
        if not head:
            continue
        length = _name_before(head[0])
        if length:
            yield title.start() - length, title.end(), "form of address"


def _name_before(head: str) -> int:
    """Give how many of the last characters before a form of address are a name; 0 where they are none."""
    words = rjieba().tag(head)
    last, tag = words[-1]
    if 2 <= len(last) <= 3 and last[0] in COMMON | RARE and tag.startswith("nr") and last not in COMPOUND:
        return len(last)
    if head[-2:] in COMPOUND:
        return 2
    if len(last) == 1 and last in COMMON and last not in _NO_SURNAME_BEFORE_TITLE:
        return 1
    if len(words) > 1 and len(last) == 2 and words[-2][0] in COMMON and words[-2][0] not in _NO_SURNAME_BEFORE_TITLE:
        return 0 if rjieba().has_word(last) and len(words) > 2 else 3
    return 0


# -- names the case knows ---------------------------------------------------------------------------------------------


def find_given_name(plain: str, name: str, spans: list[Span]) -> str:
    """Note a name that is known: in full, and the surname with a form of address (张女士, 老张)."""
    name = _TITLED.sub("", re.sub(r"\s+", " ", name).strip())
    if not name or name[0].lower() not in plain.lower():
        return plain
    if not re.fullmatch(f"[{HAN}·•・.]+", name):
        if len(name) < (2 if re.search(f"[{HAN}]", name) else 3):
            return plain
        spaced = r"\s+".join(map(re.escape, name.split(" ")))
        pattern = re.compile(rf"(?<![A-Za-z]){spaced}(?![A-Za-z])", re.IGNORECASE)
        return note_all(plain, pattern, NAME, "known", spans)
    for full in [name, *(part for part in re.split("[·•・.]", name) if part != name and len(part) > 2)]:
        if len(full) > 1:
            plain = note_all(plain, _full_name(full), NAME, "known", spans)
    if re.search("[·•・.]", name):
        return plain
    surname = name[:2] if name[:2] in COMPOUND else name[0]
    pattern = re.compile(rf"(?:小|老){surname}(?![{HAN}])|{surname}\s?(?:{TITLES})")
    return note_all(plain, pattern, NAME, "known", spans)


def _full_name(name: str) -> re.Pattern[str]:
    spaced = r"[\s·•・.]{0,2}".join(re.escape(char) for char in name if char not in "·•・.")
    # A name of two characters may be a word or a place: 高峰 in 高峰期, 杨柳 in 杨柳村.
    no_place = "(?![村镇乡县市路街桥庄屯寨湾河湖山岭沟组社区期])" if len(name) == 2 else ""
    return re.compile(rf"{spaced}{no_place}(?:\s?(?:{TITLES}))?")
