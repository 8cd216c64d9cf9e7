"""Numbers that tell who somebody is, found by their form and proved where a proof exists.

GB 11643 gives ID numbers region, day of birth and check character, Luhn the last digit of cards. Numbers that are
called otherwise (订单号 …), parts of codes, amounts and short public numbers (12345, 110, 400-…) are left.
"""

import datetime as dt
import re
import unicodedata

from .spans import ACCOUNT, CARD, EMAIL, ID_NUMBER, PHONE, PLATE, Span, note_all

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
    r"| [3-9](?: [0-9]){9}|-[3-9](?:-[0-9]){9})(?![0-9])(?!\.[0-9]{1,2}(?![0-9.]))"
)
_LANDLINE = re.compile(
    r"(?<![0-9])(?:(?:\+|00)?86[ \-]?)?[(\uff08]?0(?:10|2[0-9]|[3-9][0-9]{2})[)\uff09]?"
    r"[ \-\u2010-\u2015]{0,2}[2-9][0-9]{2,3}[ \-]?[0-9]{4}(?![0-9])(?:\s?(?:转|分机|-)\s?[0-9]{1,5}(?![0-9]))?"
)
_ABROAD = re.compile(r"(?<![0-9])(?:\+|00)86[ \-]?[1-9][0-9]{1,2}[ \-]?[2-9][0-9]{2,3}[ \-]?[0-9]{4}(?![0-9])")
_NAMED_PHONE = re.compile(
    r"(?:电话|座机|固话|家电|号码|手机|联系方式|致电|回电|拨打|tel|Tel|TEL)(?:号码?)?[^0-9A-Za-z。,;\uff0c\uff1b]{0,4}"
    r"([2-9][0-9]{2,3}[ \-]?[0-9]{4}|(?:\+|00)?86[ \-]?1[0-9]{9,11}|1[3-9][0-9]{8,10})(?![0-9])(?!\s*(?:元|块|万))"
)
_PLATE = re.compile(
    "[京津沪渝冀豫云辽黑湘皖鲁新苏浙赣鄂桂甘晋蒙陕吉闽贵粤青藏川宁琼][A-Ha-hJ-Nj-nP-Zp-z][ ·•.\\-]?"
    "(?=[A-Za-z]{0,4}[0-9])(?:[A-HJ-NP-Za-hj-np-z0-9]{5,6}|[A-HJ-NP-Za-hj-np-z0-9]{4}[挂学警港澳])(?![A-Za-z0-9])"
)
_EMAIL = re.compile(r"[A-Za-z0-9._%+\-]+ ?@ ?[A-Za-z0-9\-]+(?:\.[A-Za-z0-9\-]+)+")
_ACCOUNT = re.compile(
    r"(?:[Qq]{2}|扣扣|企鹅)(?:群|号码?)?[:\uff1a是为 ]{0,3}([1-9][0-9]{4,10})(?![0-9])"
    r"|(?:微信|威信|薇信|[Ww][Xx]|[Vv][Xx])号?[:\uff1a是为 ]{0,3}([A-Za-z][A-Za-z0-9_\-]{5,19})"
)

_A_NUMBER_OF_SOMETHING = re.compile(
    r"(?:编号|单号|工单|订单|案号|文号|流水号?|运单|快递|票号|凭证|合同|批号|回执|受理号|表号|户号|序列号|代码|条码|许可证|文件|发票|执照|注册|准考证|学籍|车架|发动机)"
    r"号?(?:码)?[ :\uff1a为是#()\uff08\uff09No.]{0,4}$"
)
_LETTERS_BEFORE = re.compile(r"([A-Za-z]+)[\-_]?$")
_PHONE_LETTERS = frozenset({"tel", "phone", "mobile", "mob", "qq", "vx", "wx", "v", "m", "t", "call", "sms"})
_AMOUNT_AFTER = re.compile(r"\s*(?:元|万|亿|块|角|米|公里|斤|亩|平|吨|个|户|人|度|立方|%|次|株|棵)")
_PROVINCES = frozenset({11, 12, 13, 14, 15, 21, 22, 23, 31, 32, 33, 34, 35, 36, 37, 41, 42, 43, 44, 45, 46,
                        50, 51, 52, 53, 54, 61, 62, 63, 64, 65, 71, 81, 82, 83, 91})  # fmt: skip
_WEIGHTS = (7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2)


def find_numbers(plain: str, spans: list[Span]) -> str:
    """Note every number of a person in a plain copy; give the copy with them blanked out."""
    if not _MANY_DIGITS.search(plain):
        return plain
    plain = note_all(plain, _ID, ID_NUMBER, "region, day of birth, check character", spans, _is_id_number)
    plain = note_all(plain, _CARD, CARD, "check digit", spans, _is_card)
    plain = note_all(plain, _NAMED_CARD, CARD, "called an account", spans)
    plain = note_all(plain, _MOBILE, PHONE, "form of a mobile number", spans, _is_mobile)
    plain = note_all(plain, _LANDLINE, PHONE, "form of a landline with its area", spans, _is_landline)
    plain = note_all(plain, _ABROAD, PHONE, "landline from abroad", spans)
    return note_all(plain, _NAMED_PHONE, PHONE, "called a telephone", spans, _is_called_phone)


def find_signs(plain: str, spans: list[Span]) -> str:
    """Note mail addresses, plates and accounts."""
    if "@" in plain:
        plain = note_all(plain, _EMAIL, EMAIL, "form of a mail address", spans)
    plain = note_all(plain, _PLATE, PLATE, "form of a plate", spans)
    return note_all(plain, _ACCOUNT, ACCOUNT, "called an account of QQ or WeChat", spans)


def find_given_number(plain: str, number: str, kind: str, spans: list[Span]) -> str:
    """Note a number that is known, however its digits stand apart. Under five digits it could be any number."""
    digits = _digits(plain_copy(number))
    if len(digits) < 5 or digits.upper() not in _digits(plain).upper():  # before a pattern is made, for nothing mostly
        return plain
    pattern = re.compile(rf"(?<![0-9]){_S.join(digits)}(?![0-9])", re.IGNORECASE)
    return note_all(plain, pattern, kind, "known", spans)


def wide_to_plain(name: str) -> str:
    """Give a name with half-width letters and signs."""
    return plain_copy(name).translate(_WIDE_SIGNS)


def plain_copy(text: str) -> str:
    """Give a copy of the same length with half-width digits, letters, dashes and spaces, whatever they were."""
    if _ODD.search(text):
        text = _ODD.sub(_usual, text).translate(_WIDE_SIGNS)
    if _SPOKEN.search(text):
        text = _SPOKEN.sub(_spoken, text)
    return text


def _spoken(match: re.Match[str]) -> str:
    """Give figures for a spoken number; in 84561234一直占线 the 一 is none of it."""
    figures = match[0].translate(_SPOKEN_DIGITS)
    return figures if sum(a != b for a, b in zip(figures, match[0], strict=True)) > 3 else match[0]


def _usual(match: re.Match[str]) -> str:
    sign = match[0]
    if sign.isdecimal():
        return str(unicodedata.decimal(sign))
    if ord(sign) in _WIDE_SIGNS and sign not in "\uff0d\uff3f":
        return chr(_WIDE_SIGNS[ord(sign)])
    return "-" if _ODD_DASH.match(sign) else "·" if sign in "\u30fb\u2022\u2027\u22c5" else " "


def _digits(text: str) -> str:
    return re.sub(r"[^0-9Xx]", "", text)


def _is_named_otherwise(plain: str, start: int, done: int) -> bool:
    return _A_NUMBER_OF_SOMETHING.search(plain, max(done, start - 12), start) is not None


def _is_part_of_a_code(plain: str, start: int, done: int) -> bool:
    """Tell whether letters or a figure and a dash stand right before: HX-2024-13800001234, K13800001234."""
    if letters := _LETTERS_BEFORE.search(plain, max(done, start - 12), start):
        return letters[1].lower() not in _PHONE_LETTERS
    return start - done >= 2 and plain[start - 1] in "-_./" and plain[start - 2].isdecimal()


def _is_id_number(plain: str, match: re.Match[str], done: int) -> bool:
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
        return not _is_named_otherwise(plain, match.start(), done)
    total = sum(int(digit) * weight for digit, weight in zip(number[:17], _WEIGHTS, strict=True))
    if "10X98765432"[total % 11] == number[17]:
        return True
    return "身份证" in plain[max(0, match.start() - 12) : match.start()]  # a slip of one digit still tells who it is


def _is_card(plain: str, match: re.Match[str], done: int) -> bool:
    number = _digits(match[0])
    doubled = (sum(divmod(2 * int(digit), 10)) for digit in number[-2::-2])
    return (sum(map(int, number[-1::-2])) + sum(doubled)) % 10 == 0 and not _is_named_otherwise(
        plain, match.start(), done
    )


def _is_mobile(plain: str, match: re.Match[str], done: int) -> bool:
    start, end = match.span()
    if _is_named_otherwise(plain, start, done) or _is_part_of_a_code(plain, start, done):
        return False
    return _AMOUNT_AFTER.match(plain, end) is None or _groups(match[0]) in ("3-4-4", "11")


def _is_called_phone(plain: str, match: re.Match[str], done: int) -> bool:
    return not _is_named_otherwise(plain, match.start(1), done)


def _groups(written: str) -> str:
    lengths = [len(group) for group in re.findall(r"[0-9]+", written)]
    return "-".join(map(str, lengths))


def _is_landline(plain: str, match: re.Match[str], done: int) -> bool:
    return not (_is_named_otherwise(plain, match.start(), done) or _is_part_of_a_code(plain, match.start(), done))
