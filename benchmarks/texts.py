"""Words nobody said, as long as what people write to a mayor (341 to 372 characters), from a seeded vocabulary."""

import random

SHORTEST, LONGEST = 341, 372

PLACES = [
    "村口",
    "桥头",
    "菜市场",
    "小学门口",
    "卫生院旁边",
    "三组",
    "老粮站",
    "加油站对面",
    "河堤上",
    "新修的路边",
    "安置小区",
    "五号楼",
    "广场东侧",
]
THINGS = [
    "路灯",
    "排水沟",
    "下水道",
    "自来水",
    "垃圾桶",
    "公交站牌",
    "电线杆",
    "健身器材",
    "电梯",
    "护栏",
    "井盖",
    "围墙",
    "水渠",
    "路面",
    "化粪池",
    "信号灯",
    "变压器",
]
STATES = [
    "坏了",
    "堵了",
    "漏水",
    "没有人管",
    "一直没修好",
    "又断了",
    "发臭",
    "晚上不亮",
    "被压坏了",
    "松动了",
    "积水很深",
    "停了",
]
SINCE = ["快两个月了", "从入夏到现在", "下雨以后", "上个星期开始", "去年年底起", "已经第三次", "有小半年"]
WHO = ["老人", "孩子", "骑电动车的人", "卖菜的", "住一楼的几户", "腿脚不好的", "上夜班的", "我母亲", "隔壁一家"]
HARM = [
    "出门要绕远路",
    "摔过一跤",
    "晚上不敢走",
    "没有办法做饭",
    "进不了家门",
    "睡不好觉",
    "只能自己去挑水",
    "东西都泡坏了",
]
ASKED = ["问过村里", "打过电话", "去窗口排过队", "写过条子", "找过物业", "在群里反映过", "托人带过话"]
ANSWERS = ["说要等通知", "说不归他们管", "说已经报上去了", "没有人回话", "让再找别的部门", "说没有钱", "说下个月看看"]
WISHES = [
    "请来人看一看",
    "希望给个准确的日子",
    "想知道到底归谁管",
    "请先放个提醒的牌子",
    "请在入冬以前修好",
    "请回个话",
]
OTHERS = [
    "低保的材料交上去以后",
    "合作医疗报销的单子",
    "宅基地的手续",
    "孩子入学的证明",
    "养老金的认证",
    "危房改造的名额",
    "退耕的补贴",
    "高龄津贴",
]
STUCK = [
    "少了一张表",
    "换了经办的人",
    "系统里查不到",
    "跑了三趟还没有结果",
    "说要重新填",
    "卡在盖章这一步",
    "不知道还差什么",
]

PATTERNS = (
    lambda pick: f"{pick(PLACES)}的{pick(THINGS)}{pick(STATES)},{pick(SINCE)}。",
    lambda pick: f"{pick(WHO)}{pick(HARM)},{pick(WHO)}也{pick(HARM)}。",
    lambda pick: f"我们{pick(ASKED)},对方{pick(ANSWERS)};后来又{pick(ASKED)},还是{pick(ANSWERS)}。",
    lambda pick: f"{pick(OTHERS)}{pick(STUCK)},{pick(SINCE)}。",
    lambda pick: f"{pick(PLACES)}那边也一样,{pick(THINGS)}{pick(STATES)}。",
)
SURNAMES, GIVEN = "王李张刘陈杨赵黄周吴徐孙朱马胡郭林何高梁", "伟芳娜敏静丽强磊军洋勇艳杰娟涛明超兰霞平桂花志国建华"


def message(rng: random.Random) -> str:
    """Write one statement."""
    pick, length, parts, written = rng.choice, rng.randint(SHORTEST, LONGEST), [], 0
    while written < length - 20:
        part = pick(PATTERNS)(pick)
        parts.append(part)
        written += len(part)
    return ("".join(parts)[: length - 20].rstrip(",;。") + "。" + pick(WISHES) + ",谢谢。")[:LONGEST]


def identity(rng: random.Random) -> tuple[str, str]:
    """Make up a name and a telephone number of a range that is not given out."""
    pick = rng.choice
    return pick(SURNAMES) + pick(GIVEN) + pick(GIVEN), f"1390000{rng.randrange(10_000):04}"


def answer(rng: random.Random) -> dict[str, str]:
    """Write the parts of a reply."""
    pick = rng.choice
    place, thing = pick(PLACES), pick(THINGS)
    return {
        "facts": f"接到反映后到{place}看过,{thing}确实{pick(STATES)},{pick(SINCE)};当场拍了照,问了旁边的两户人家。",
        "basis": "《社会救助暂行办法》第九条;本县派单目录民政类第三项。",
        "opinion": f"可以办。{place}的{thing}已列入本周的维修,由施工队负责,修好以前先放提醒牌;做完当面告诉您。",
        "remedy": "对这个答复不满意的,可以在三十日内向上一级机关请求复查,窗口和电话都可以。",
    }
