"""Addresses to the door: which house, unit and room. Road and village before them stay: places stay readable.

The grammar is house number, or building, unit, floor and room in their order; the words for each were learnt on 11,942
labelled addresses (benchmarks/engines/language.py learns them anew in ten folds). A building alone (3栋的电梯) is no
door. With `only_homes` only what the text calls somebody's home is taken (家住, 住在, 住址), the road's name with it.
"""

import re
from collections.abc import Iterator

from .spans import ADDRESS, HAN, Span, note

Words = tuple[str, ...]

HOUSES = ("号楼", "栋", "幢", "座", "#楼", "#", "号院", "排")
CELLS = ("单元号", "单元", "号门", "门", "梯", "街")
FLOORS = ("楼", "层", "F")
ROOMS = ("号房", "房间", "室", "房", "户", "号", "铺", "店")

_HAN_N = "[一二三四五六七八九十百零〇两]"
_N = rf"(?:[A-Za-z]?[0-9]{{1,4}}[A-Za-z]?|[A-Za-z甲乙丙丁]|{_HAN_N}{{1,5}})"
_1_9 = "[一二三四五六七八九]"
_BARE = rf"(?:[A-Za-z]?[0-9]{{3,4}}[A-Za-z]?|[0-9]{{1,2}}[A-Za-z]|(?:{_1_9}{{1,2}}|十{_1_9}?)[零〇]{_1_9})"
_SIDE = "(?:[东西左右中南北]户)"
_SEP = r"[ ,\-、]{0,2}"
_NO_UNIT_AFTER = "(?![0-9A-Za-z年月日元万人个块多余路线次公米平亩斤度分点时%])"
_AFTER_ROAD = "[路街巷弄道里村组屯队坊同埭浜段条]"
# 12号 that tells no house: a bus, a building (which has its own rule), a well, a platform …
_NO_HOUSE = (
    "(?!楼?线|楼|#|会议|井|坑|矿|桥|车|机|泵|站|台|仓|窗|令|文|公告|通知|信箱|电梯|地块|路|公路|厂房|风|门|岗"
    "|到|至|晚|早|上午|下午|中午|凌晨|停)"
)


class Doors:
    """Finds doors by the words given for houses, units, floors and rooms."""

    def __init__(self, houses: Words = HOUSES, cells: Words = CELLS, floors: Words = FLOORS, rooms: Words = ROOMS):
        house, cell, floor, room = (_any(words) for words in (houses, cells, floors, rooms))
        area = rf"(?:{_N}(?:区|片|期|组团){_SEP})?"
        house = rf"{area}{_N}(?:-[0-9]{{1,3}})?{house}(?:附[0-9]{{1,2}}号?)?"
        cell = rf"(?:{_N}|[东西]){cell}"
        floor = rf"(?:负|地下)?{_N}{floor}(?![0-9]*[栋幢])"
        room = rf"(?:{_N}(?:-[0-9]{{1,4}})?|{_HAN_N}+[零〇]{_HAN_N}+){room}(?![楼院栋幢线])"
        room = rf"(?:{room}|{_BARE}{_NO_UNIT_AFTER}|{_SIDE})"
        number = rf"(?:自编|附)?[甲乙丙丁]?(?:[A-Z]?[0-9]{{1,4}}(?:[\-之][0-9]{{1,4}})*|{_HAN_N}{{1,6}})"
        road = rf"{number}号(?:附[0-9]{{1,3}}号?|之[0-9一二三四五]{{1,2}})?(?:大?院(?![子校长里]))?"
        inside = rf"(?:{_SEP}(?:{house}|{cell}|{floor}|{room}))"
        self._door = re.compile(
            rf"(?<={_AFTER_ROAD}){road}{_NO_HOUSE}{inside}*"
            rf"|(?<=[\u4e00-\u9fff])[0-9]{{1,4}}弄{_SEP}{road}{_NO_HOUSE}{inside}*"
            rf"|(?<![0-9A-Za-z第]){house}(?:{_SEP}{cell})?(?:{_SEP}{floor})?{_SEP}{room}"
            rf"|(?<![0-9A-Za-z第]){house}{_SEP}{cell}(?:{_SEP}{floor})?"
            rf"|(?<![0-9A-Za-z第]){cell}(?:{_SEP}{floor})?{_SEP}{room}"
            rf"|(?<=[\u4e00-\u9fff])[A-Za-z]?[0-9]{{1,3}}-(?:[0-9A-Za-z]{{1,2}}-)?[0-9]{{3,4}}(?:室|号|房)?(?!-){_NO_UNIT_AFTER}"
            rf"|(?<![0-9A-Za-z第楼教])[0-9]{{3,4}}室"
        )
        self._home = re.compile(
            rf"(?<![0-9A-Za-z第])(?:{road}{_NO_HOUSE}{inside}*|{house}{inside}+|{cell}{inside}+|{floor}{_SEP}{room}"
            rf"|[0-9]{{1,3}}-[0-9A-Za-z]{{1,2}}-[0-9]{{3,4}}(?![0-9\-])|[0-9]{{3,4}}室)"
        )

    def find(self, plain: str, spans: list[Span], *, only_homes: bool = False) -> str:
        """Note the doors in a plain copy; give the copy with them blanked out."""
        if not _FIGURE.search(plain):
            return plain
        found = list(self._homes(plain, with_road=only_homes))
        if not only_homes:
            found += [(match.start(), match.end(), "house, unit or room") for match in self._door.finditer(plain)]
        return note(plain, found, ADDRESS, spans)

    def _homes(self, plain: str, *, with_road: bool) -> Iterator[tuple[int, int, str]]:
        for cue in _CUE.finditer(plain):
            clause = _CLAUSE_END.search(plain, cue.end())
            end = min(clause.start() if clause else len(plain), cue.end() + 40)
            if match := self._home.search(plain, cue.end(), end):
                start = _road_before(plain, cue.end(), match.start()) if with_road else match.start()
                yield start, match.end(), "called a home"


_FIGURE = re.compile(f"[0-9]|{_HAN_N}")
# 住房, 住建, 住所地 (of a firm) and a bare 地址 (of a shop, of the matter) call nothing a home.
_CUE = re.compile(
    "(?<![居入])住(?!房|所地|建|宅|院|户|持|改|区|宿)(?:址|所|在|于|的是)?"
    "|(?:家庭|居住|联系|通讯|通信)地址[::]|我家(?:是|在)?|家在"
)
_ROAD = re.compile(rf"[{HAN}]{{1,12}}[路街巷弄道里同段]$")
_PLACE = re.compile("[省市县区镇乡村社]|街道")
_CLAUSE_END = re.compile(rf"[^{HAN}0-9A-Za-z #\-、()]")


def _road_before(plain: str, begin: int, door: int) -> int:
    """Give where the road's name begins that stands right before a door, after town and village."""
    road = _ROAD.search(plain, begin, door)
    places = [place.end() for place in _PLACE.finditer(plain, road.start(), door - 1)] if road else []
    return max([road.start(), *places]) if road else door


def _any(words: Words) -> str:
    return "(?:" + "|".join(map(re.escape, sorted(words, key=len, reverse=True))) + ")"


DOORS = Doors()
