"""The staff's components and the two layouts, queue and case, with made-up words. Only while developing."""

from datetime import UTC, date, datetime

from django import forms
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from bandeng.faces.look.debug import only_when_debugging
from bandeng.ground.directory.access import public

NOW = datetime(2026, 11, 23, 1, 30, tzinfo=UTC)

QUEUE = [
    ("QH7K-3MPX", "柳树湾村三组路灯坏了两个月，有人摔倒", "张桂兰", "河西镇", "working", "正在办", date(2026, 11, 20)),
    ("QH2D-8WNB", "低保申请第三次来问，腿伤不能走动", "张某", "河西镇", "working", "正在办", date(2026, 11, 23)),
    ("QH9R-1CZT", "招标文件看不懂，要求说明评分办法", "15 人", "青禾镇", "talk", "正在商量由谁办", date(2026, 11, 25)),
    ("QH4F-6JVK", "孩子明年上小学，户口在外县", "未留姓名", "石桥乡", "registered", "已登记", date(2026, 12, 3)),
    ("QH5M-0QHS", "自来水发黄", "陈伯", "石桥乡", "working", "正在办", date(2026, 12, 8)),
]
CLOCKS = [
    ("书面告知受理", date(2026, 11, 20), "《信访工作条例》第二十三条"),
    ("办结并答复", date(2027, 1, 17), "《信访工作条例》第三十四条"),
]


class Reader:
    """A signed-in clerk for the page of components, who is in no database."""

    is_authenticated = True

    def __str__(self) -> str:
        return "李强"


class ReplyForm(forms.Form):
    """What a reply asks of the handler."""

    text = forms.CharField(
        label="答复", help_text="写给说话的人看：办了什么、哪天、还要他做什么。", widget=forms.Textarea
    )
    basis = forms.CharField(label="依据哪一条", error_messages={"required": "请写上依据。没有依据的答复发不出去。"})
    on = forms.DateField(label="哪天前办完", widget=forms.DateInput(attrs={"type": "date", "class": "narrow"}))
    way = forms.ChoiceField(
        label="怎么告诉他", choices=[("phone", "电话"), ("paper", "书面")], widget=forms.RadioSelect
    )


@public
@only_when_debugging
def components(request: HttpRequest) -> HttpResponse:
    """Show the desk's components."""
    context = {
        "user": Reader(),
        "office_name": "河西镇便民服务中心",
        "now": NOW,
        "queue": QUEUE,
        "clocks": CLOCKS,
        "form": ReplyForm({"text": "灯杆底座锈断，两盏都换新的。"}),
        "facts": [
            {"label": "谁在说", "value": "本人到窗口"},
            {"label": "在哪儿", "value": "河西镇柳树湾村三组"},
            {"label": "关于", "value": "道路照明"},
            {"label": "怎么回", "value": "书面，窗口自取"},
            {"label": "来了几趟", "value": "2 趟（同一件事，我们让人多跑了 1 趟）"},
        ],
        "steps": [
            {"title": "登记", "at": date(2026, 11, 18), "who": "河西镇便民服务中心"},
            {"title": "交镇电管所", "at": date(2026, 11, 19), "who": "王敏"},
            {"title": "现场看过", "at": date(2026, 11, 20), "who": "李强、赵春燕", "state": "now"},
            {"title": "答复", "at": date(2026, 11, 25), "state": "next"},
        ],
        "tabs": [
            {"label": "到我手上的", "url": "#", "count": 5, "is_current": True},
            {"label": "本单位", "url": "#", "count": 42},
            {"label": "等别人回的", "url": "#", "count": 3},
        ],
    }
    return render(request, "desk/debug.html", context)
