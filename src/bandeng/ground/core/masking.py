"""Mask what identifies a person in free words, and nothing else: the text stays readable.

Numbers are found by their form and proved where a proof exists (GB 11643 for ID numbers, Luhn for cards). A masked text
is still words of a person: it may be shown in lists and searched on the same host, never exported.
"""

import datetime as dt
import re
import unicodedata
from collections.abc import Callable, Iterable

PHONE, ID_NUMBER, CARD, PLATE = "〔电话〕", "〔身份证号〕", "〔卡号〕", "〔车牌号〕"
EMAIL, ACCOUNT, NAME, ADDRESS = "〔邮箱〕", "〔账号〕", "〔姓名〕", "〔住址〕"
_DONE = re.compile("|".join((PHONE, ID_NUMBER, CARD, PLATE, EMAIL, ACCOUNT, NAME, ADDRESS)))

VERSION = 1  # of the rules below: whoever changes what they find counts on, and rows masked before are masked anew

Span = tuple[int, int, str]

_WIDE_SIGNS = {c + 0xFEE0: c for c in range(0x21, 0x7F)} | {0x3000: 0x20, 0xA0: 0x20}
# What people, keyboards and sheets put between the groups of a number, and what one does not even see.
_DASHES, _SPACES = (
    "\u2010-\u2015\u2212\uff0d\ufe58\ufe63\uff3f_",
    "\n\r\u00a0\u2000-\u200d\u202f\u205f\u2060\u3000\ufeff",
)
_ODD_DASH = re.compile(f"[{_DASHES}]")
_ODD = re.compile(
    rf"(?![0-9])\d|[{_DASHES}{_SPACES}\uff20-\uff3a\uff41-\uff5a\uff0b\uff08\uff09\uff0e\u30fb\u2022\u2027\u22c5]"
)
_SPOKEN_DIGITS = str.maketrans("零〇一二三四五六七八九幺壹贰叁肆伍陆柒捌玖两", "0012345678911234567892")
_SPOKEN = re.compile("(?:[0-9零〇一二三四五六七八九幺壹贰叁肆伍陆柒捌玖两][ \\-]?){7,}")

_S = r"[ \t.\-·]{0,3}"
_MANY_DIGITS = re.compile(rf"[0-9](?:[()]?{_S}[()]?[0-9]){{6,}}")
_G = r"[ \-]{0,2}"
_ID = re.compile(rf"(?<![0-9A-Za-z])[1-9](?:{_G}[0-9]){{13}}(?:(?:{_G}[0-9]){{3}}{_G}[0-9Xx]|{_G}[0-9])(?![0-9A-Za-z])")
_CARD = re.compile(rf"(?<![0-9A-Za-z])[3-69](?:{_G}[0-9]){{15,18}}(?![0-9A-Za-z])")
_NAMED_CARD = re.compile(
    r"(?:卡号|银行卡|账号|帐号|账户|存折)[^0-9A-Za-z。,;\uff0c\uff1b]{0,6}([0-9](?:[ \-]?[0-9]){11,20})(?![0-9])"
)
_MOBILE = re.compile(
    r"(?<![0-9])(?:\(?(?:\+|00)?86\)?[ \-]{0,2})?"
    rf"1(?:[3-9][0-9]{{9}}|[3-9][0-9]{_S}[0-9]{{4}}{_S}[0-9]{{4}}|[3-9][0-9]{_S}[0-9]{{8}}|[3-9][0-9]{{5}}{_S}[0-9]{{4}}"
    rf"|[3-9][0-9]{{2}}{_S}[0-9]{{3}}{_S}[0-9]{{4}}|[3-9][0-9]{{2}}{_S}[0-9]{{4}}{_S}[0-9]{{3}}"
    r"| [3-9](?: [0-9]){9}|-[3-9](?:-[0-9]){9})(?![0-9])"
)
_LANDLINE = re.compile(
    r"(?<![0-9])(?:(?:\+|00)?86[ \-]?)?[(\uff08]?0(?:10|2[0-9]|[3-9][0-9]{2})[)\uff09]?"
    r"[ \-\u2010-\u2015]{0,2}[2-9][0-9]{2,3}[ \-]?[0-9]{4}(?![0-9])(?:\s?(?:转|分机|-)\s?[0-9]{1,5}(?![0-9]))?"
)
_ABROAD = re.compile(r"(?<![0-9])(?:\+|00)86[ \-]?[1-9][0-9]{1,2}[ \-]?[2-9][0-9]{2,3}[ \-]?[0-9]{4}(?![0-9])")
_NAMED_PHONE = re.compile(
    r"(?:电话|座机|家电|号码|手机|联系方式|致电|回电|拨打|tel|Tel|TEL)(?:号码?)?[^0-9A-Za-z。,;\uff0c\uff1b]{0,4}"
    r"([2-9][0-9]{2,3}[ \-]?[0-9]{4}|(?:\+|00)?86[ \-]?1[0-9]{9,11}|1[3-9][0-9]{8,10})(?![0-9])(?!\s*(?:元|块|万))"
)
_PLATE = re.compile(
    "[京津沪渝冀豫云辽黑湘皖鲁新苏浙赣鄂桂甘晋蒙陕吉闽贵粤青藏川宁琼][A-Ha-hJ-Nj-nP-Zp-z][ ·•.\\-]?"
    "(?=[A-Za-z]{0,4}[0-9])(?:[A-HJ-NP-Za-hj-np-z0-9]{5,6}|[A-HJ-NP-Za-hj-np-z0-9]{4}[挂学警港澳])(?![A-Za-z0-9])"
)
_EMAIL = re.compile(r"[A-Za-z0-9._%+\-]+ ?@ ?[A-Za-z0-9\-]+(?:\.[A-Za-z0-9\-]+)+")
_ACCOUNT = re.compile(
    r"(?:[Qq]{2}|扣扣)(?:群|号码?)?[:\uff1a是为 ]{0,3}([1-9][0-9]{4,10})(?![0-9])"
    r"|(?:微信|[Ww][Xx]|[Vv][Xx])号?[:\uff1a是为 ]{0,3}([A-Za-z][A-Za-z0-9_\-]{5,19})"
)

_A_NUMBER_OF_SOMETHING = re.compile(
    r"(?:编号|单号|工单|订单|案号|文号|流水号?|运单|快递|票号|凭证|合同|批号|回执|受理号|表号|户号|序列号|代码|条码|许可证|文件)"
    r"号?(?:码)?[ :\uff1a为是#()\uff08\uff09No.]{0,4}$"
)
_LETTERS_BEFORE = re.compile(r"([A-Za-z]+)[\-_]?$")
_PHONE_LETTERS = frozenset({"tel", "phone", "mobile", "mob", "qq", "vx", "wx", "v", "m", "t", "call", "sms"})
_AMOUNT_AFTER = re.compile(r"\s*(?:元|万|亿|块|角|米|公里|斤|亩|平|吨|个|户|人|度|立方|%|次|株|棵)")
_PROVINCES = frozenset({11, 12, 13, 14, 15, 21, 22, 23, 31, 32, 33, 34, 35, 36, 37, 41, 42, 43, 44, 45, 46,
                        50, 51, 52, 53, 54, 61, 62, 63, 64, 65, 71, 81, 82, 83, 91})  # fmt: skip
_WEIGHTS = (7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2)


def mask(
    text: str,
    *,
    names: Iterable[str] = (),
    phones: Iterable[str] = (),
    id_numbers: Iterable[str] = (),
    addresses: Iterable[str] = (),
) -> str:
    """Replace telephone, ID and card numbers, plates, mail addresses, accounts and what is known of a person.

    `names`, `phones`, `id_numbers` and `addresses` are those that the case knows. They are found with spaces or dashes
    between their characters, a name also with its form of address, an address only where it tells the house: a village
    is no secret. Everything else, case numbers, dates, amounts and house numbers too, stays. What is masked already
    stays as it is.
    """
    plain = _DONE.sub(lambda match: "\x00" * len(match[0]), _plain(text))
    spans: list[Span] = []
    for address in addresses:
        plain = _given_address(plain, address, spans)
    for number in id_numbers:
        plain = _given_number(plain, number, spans, ID_NUMBER)
    if _MANY_DIGITS.search(plain):
        plain = _numbers(plain, spans)
    for number in phones:
        plain = _given_number(plain, number, spans, PHONE)
    if "@" in plain:
        plain = _replace(plain, _EMAIL, EMAIL, spans)
    plain = _replace(plain, _PLATE, PLATE, spans)
    plain = _replace(plain, _ACCOUNT, ACCOUNT, spans)
    for name in names:
        plain = _given_name(plain, name, spans)
    return _filled(text, spans) if spans else text


def _plain(text: str) -> str:
    """Give a copy of the same length with half-width digits, letters, dashes and spaces, whatever they were."""
    if _ODD.search(text):
        text = _ODD.sub(_usual, text).translate(_WIDE_SIGNS)
    if _SPOKEN.search(text):
        text = _SPOKEN.sub(lambda match: match[0].translate(_SPOKEN_DIGITS), text)
    return text


def _usual(match: re.Match[str]) -> str:
    sign = match[0]
    if sign.isdecimal():
        return str(unicodedata.decimal(sign))
    if ord(sign) in _WIDE_SIGNS and sign not in "\uff0d\uff3f":
        return chr(_WIDE_SIGNS[ord(sign)])
    return "-" if _ODD_DASH.match(sign) else "·" if sign in "\u30fb\u2022\u2027\u22c5" else " "


def _filled(text: str, spans: list[Span]) -> str:
    parts, at = [], 0
    for start, end, placeholder in sorted(spans):
        parts += [text[at:start], placeholder]
        at = end
    return "".join([*parts, text[at:]])


def _replace(
    plain: str,
    pattern: re.Pattern[str],
    placeholder: str,
    spans: list[Span],
    is_one: Callable[[str, re.Match[str]], bool] | None = None,
) -> str:
    """Note the spans of a pattern (of its group, where it has one) and blank them out against a second match."""
    at = 0
    while match := pattern.search(plain, at):
        if is_one and not is_one(plain, match):
            at = match.start() + 1  # another number may begin inside what was no number
            continue
        group = match.lastindex or 0
        start, end = match.span(group)
        spans.append((start, end, placeholder))
        plain = plain[:start] + "\x00" * (end - start) + plain[end:]
        at = end
    return plain


# -- numbers ----------------------------------------------------------------------------------------------------------


def _numbers(plain: str, spans: list[Span]) -> str:
    plain = _replace(plain, _ID, ID_NUMBER, spans, _is_id_number)
    plain = _replace(plain, _CARD, CARD, spans, _is_card)
    plain = _replace(plain, _NAMED_CARD, CARD, spans)
    plain = _replace(plain, _MOBILE, PHONE, spans, _is_mobile)
    plain = _replace(plain, _LANDLINE, PHONE, spans, _is_landline)
    plain = _replace(plain, _ABROAD, PHONE, spans)
    return _replace(plain, _NAMED_PHONE, PHONE, spans)


def _digits(text: str) -> str:
    return re.sub(r"[^0-9Xx]", "", text)


def _is_named_otherwise(plain: str, start: int) -> bool:
    return _A_NUMBER_OF_SOMETHING.search(plain, max(0, start - 12), start) is not None


def _is_part_of_a_code(plain: str, start: int) -> bool:
    """Tell whether letters or a figure and a dash stand right before: HX-2024-13800001234, K13800001234."""
    if letters := _LETTERS_BEFORE.search(plain, max(0, start - 12), start):
        return letters[1].lower() not in _PHONE_LETTERS
    return start >= 2 and plain[start - 1] in "-_./" and plain[start - 2].isdecimal()


def _is_id_number(plain: str, match: re.Match[str]) -> bool:
    """Check region, day of birth and (18 digits) the check character of GB 11643. 15 digits have none."""
    number = _digits(match[0]).upper()
    if int(number[:2]) not in _PROVINCES:
        return False
    born = number[6:14] if len(number) == 18 else "19" + number[6:12]
    try:
        year = dt.date(int(born[:4]), int(born[4:6]), int(born[6:])).year
    except ValueError:
        return False
    if not 1900 <= year <= 2099:
        return False
    if len(number) == 15:
        return not _is_named_otherwise(plain, match.start())
    total = sum(int(digit) * weight for digit, weight in zip(number[:17], _WEIGHTS, strict=True))
    if "10X98765432"[total % 11] == number[17]:
        return True
    return "身份证" in plain[max(0, match.start() - 12) : match.start()]  # a slip of one digit still tells who it is


def _is_card(plain: str, match: re.Match[str]) -> bool:
    number = _digits(match[0])
    doubled = (sum(divmod(2 * int(digit), 10)) for digit in number[-2::-2])
    return (sum(map(int, number[-1::-2])) + sum(doubled)) % 10 == 0 and not _is_named_otherwise(plain, match.start())


def _is_mobile(plain: str, match: re.Match[str]) -> bool:
    start, end = match.span()
    if _is_named_otherwise(plain, start) or _is_part_of_a_code(plain, start):
        return False
    return _AMOUNT_AFTER.match(plain, end) is None or _groups(match[0]) in ("3-4-4", "11")


def _groups(written: str) -> str:
    lengths = [len(group) for group in re.findall(r"[0-9]+", written)]
    return "-".join(map(str, lengths))


def _is_landline(plain: str, match: re.Match[str]) -> bool:
    return not (_is_named_otherwise(plain, match.start()) or _is_part_of_a_code(plain, match.start()))


def _given_number(plain: str, number: str, spans: list[Span], placeholder: str) -> str:
    digits = _digits(_plain(number))
    if len(digits) < 5:
        return plain
    pattern = re.compile(rf"(?<![0-9]){_S.join(digits)}(?![0-9])", re.IGNORECASE)
    return _replace(plain, pattern, placeholder, spans)


def _given_address(plain: str, address: str, spans: list[Span]) -> str:
    """Mask an address the case knows, as it was written, if it has a number in it: the house, not the village."""
    signs = re.sub(r"[\s,\uff0c]", "", _plain(address))
    if len(signs) < 5 or not any(sign.isdecimal() for sign in signs):
        return plain
    return _replace(plain, re.compile(r"[\s,\uff0c]{0,2}".join(map(re.escape, signs)), re.IGNORECASE), ADDRESS, spans)


# -- names ------------------------------------------------------------------------------------------------------------

_ADDRESS = (
    "先生|女士|小姐|太太|老师|师傅|同志|大爷|大妈|大娘|大叔|大伯|大姐|大哥|阿姨|叔叔|奶奶|爷爷|婆婆|老人家|老汉|某某|某"
)
_TITLED = re.compile(rf"(?:{_ADDRESS})$")
_COMPOUND_SURNAMES = frozenset(
    {
        "欧阳",
        "司马",
        "上官",
        "诸葛",
        "东方",
        "皇甫",
        "尉迟",
        "公孙",
        "慕容",
        "令狐",
        "宇文",
        "长孙",
        "司徒",
        "端木",
        "夏侯",
    }
)
_HAN = "\u3007\u3400-\u9fff\uf900-\ufaff\U00020000-\U000323af"


def _given_name(plain: str, name: str, spans: list[Span]) -> str:
    """Mask a name the case knows: in full, and the surname with a form of address (张女士, 老张)."""
    name = _TITLED.sub("", re.sub(r"\s+", " ", _plain(name).translate(_WIDE_SIGNS)).strip())
    if not name or name[0].lower() not in plain.lower():
        return plain
    if not re.fullmatch(f"[{_HAN}·•・.]+", name):
        if len(name) < (2 if re.search(f"[{_HAN}]", name) else 3):
            return plain
        spaced = r"\s+".join(map(re.escape, name.split(" ")))
        return _replace(plain, re.compile(rf"(?<![A-Za-z]){spaced}(?![A-Za-z])", re.IGNORECASE), NAME, spans)
    for full in [name, *(part for part in re.split("[·•・.]", name) if part != name and len(part) > 2)]:
        if len(full) > 1:
            plain = _replace(plain, _full_name(full), NAME, spans)
    surname = name[:2] if name[:2] in _COMPOUND_SURNAMES else name[0]
    if re.search("[·•・.]", name):
        return plain
    pattern = rf"(?:小|老){surname}(?![{_HAN}])|{surname}\s?(?:{_ADDRESS})"
    return _replace(plain, re.compile(pattern), NAME, spans)


def _full_name(name: str) -> re.Pattern[str]:
    spaced = r"[\s·•・.]{0,2}".join(re.escape(char) for char in name if char not in "·•・.")
    # A name of two characters may be a word or a place: 高峰 in 高峰期, 杨柳 in 杨柳村.
    no_place = "(?![村镇乡县市路街桥庄屯寨湾河湖山岭沟组社区期])" if len(name) == 2 else ""
    return re.compile(rf"{spaced}{no_place}(?:\s?(?:{_ADDRESS}))?")
