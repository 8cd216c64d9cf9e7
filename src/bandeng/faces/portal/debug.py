"""The residents' components in use, with made-up words of a made-up county. Only while developing."""

from datetime import UTC, date, datetime

from django import forms
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from bandeng.faces.look.debug import only_when_debugging
from bandeng.ground.directory.access import public

NOW = datetime(2026, 11, 23, 1, 30, tzinfo=UTC)  # 9:30 in Shanghai


class SampleForm(forms.Form):
    """One of each kind of question."""

    words = forms.CharField(
        label="您想说的事",
        help_text="怎么说都行。什么时候、在哪儿、想要怎么办，有就写上。最多 2000 字。",
        widget=forms.Textarea(attrs={"data-count": "2000"}),
    )
    phone = forms.RegexField(
        r"^1\d{10}$",
        label="手机号",
        required=False,
        help_text="只用来告诉您结果。不留也行，拿回执上的号码随时可查。",
        error_messages={"invalid": "手机号应当是 11 位数字，您写的是 10 位。请对照着再写一遍，或者空着不填。"},
        widget=forms.TextInput(attrs={"inputmode": "tel", "autocomplete": "tel", "class": "narrow"}),
    )
    town = forms.ChoiceField(
        label="事情在哪个乡镇",
        choices=[("", "请选一个"), ("hexi", "河西镇"), ("qinghe", "青禾镇"), ("shiqiao", "石桥乡")],
        error_messages={"required": "请选事情发生的乡镇。拿不准就选离得最近的，选错了我们会转。"},
    )
    answer_by = forms.ChoiceField(
        label="怎么告诉您结果",
        choices=[("phone", "打电话"), ("paper", "写信，寄到家里或放在窗口等您来取"), ("none", "不用告诉，我自己来查")],
        widget=forms.RadioSelect,
        error_messages={"required": "请选一种。选“不用告诉”也可以。"},
    )
    helps = forms.MultipleChoiceField(
        label="来的时候需要什么帮助",
        required=False,
        choices=[("read", "有人念给我听"), ("sign", "手语"), ("stairs", "不能上楼")],
        widget=forms.CheckboxSelectMultiple,
    )
    paper = forms.FileField(label="照片或材料", required=False, help_text="每张不超过 20 MB。没有就不用传。")
    is_read = forms.BooleanField(
        label="我说的都念给我听过，没有错", error_messages={"required": "请先听一遍，再打勾。"}
    )


STEPS = [
    {"title": "收到您说的事", "at": date(2026, 11, 18), "who": "河西镇便民服务中心 3 号窗口"},
    {"title": "交给河西镇民政办办理", "at": date(2026, 11, 19), "who": "电话 0000-5550123"},
    {
        "title": "两名工作人员到村里核实",
        "at": date(2026, 11, 23),
        "who": "不用您跑",
        "text": "看了房子，问了您和两位邻居；当场念给您听，您说“对，就这样”。",
        "state": "now",
    },
    {"title": "答复您", "at": date(2026, 11, 26), "who": "河西镇民政办", "state": "next"},
]
ANSWERS = [
    {
        "label": "您说的事",
        "value": "门口的路灯坏了两个月，夜里看不见，上个礼拜我在那儿摔了一跤。\n想请人来修。",
        "url": "#",
    },
    {"label": "在哪儿", "value": "河西镇柳树湾村三组", "url": "#"},
    {"label": "手机号", "value": "", "url": "#"},
    {"label": "怎么告诉您", "value": "写信，放在窗口等您来取", "url": "#"},
]
DUES = [date(2026, 12, 10), date(2026, 11, 25), date(2026, 11, 23), date(2026, 11, 20), date(2027, 1, 4)]
STATUSES = [
    ("registered", "已登记"),
    ("dispatched", "已交办"),
    ("disputed", "正在商量由谁办"),
    ("working", "正在办"),
    ("soon", "快到期"),
    ("late", "已超期"),
    ("replied", "已答复"),
    ("rejected", "不予受理"),
]
ROWS = [
    [
        {"label": "村", "value": "柳树湾村"},
        {"label": "说了什么", "value": "路灯、饮水、报销"},
        {"label": "多少件", "value": "12"},
        {"label": "答复了", "value": "11（92%）"},
    ],
    [
        {"label": "村", "value": "石桥乡特别长名字的红旗自治管理示范新村"},
        {"label": "说了什么", "value": "入学"},
        {"label": "多少件", "value": "8"},
        {"label": "答复了", "value": "8（100%）"},
    ],
]


@public
@only_when_debugging
def components(request: HttpRequest) -> HttpResponse:
    """Show every component of the portal, also a form sent back with errors (`?errors=0` leaves them out)."""
    sent = {"words": "门口的路灯坏了两个月。", "phone": "1380000123"}
    context = {
        "form": SampleForm(sent if request.GET.get("errors") != "0" else None),
        "now": NOW,
        "steps": STEPS,
        "answers": ANSWERS,
        "dues": DUES,
        "statuses": STATUSES,
        "columns": [cell["label"] for cell in ROWS[0]],
        "rows": ROWS,
        "page_of": Paginator(range(60), 20).page(2),
        "tabs": [
            {"label": "正在做", "url": "#", "count": 4, "is_current": True},
            {"label": "打算做", "url": "#", "count": 2},
            {"label": "做完了", "url": "#", "count": 31},
        ],
    }
    return render(request, "portal/debug.html", context)
