"""Components as templates draw them."""

import re
from datetime import UTC, date, datetime
from pathlib import Path

import pytest
from django import forms
from django.template import Context, Template

import bandeng
from bandeng.faces.look.icons import ICONS
from bandeng.faces.look.tones import OF_STATUS, TONES, tone_of

MONDAY = datetime(2026, 11, 22, 16, 30, tzinfo=UTC)  # already Monday, half past midnight, in Shanghai


def draw(source: str, **context) -> str:
    return Template("{% load look %}" + source).render(Context(context))


def words(html: str) -> str:
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", "", html)).strip()


@pytest.mark.parametrize(
    ("when", "tone", "expected"),
    [
        (date(2026, 12, 10), "waiting", "还剩 17 天（12月10日）"),
        (date(2026, 11, 26), "soon", "还剩 3 天（11月26日）"),
        (date(2026, 11, 23), "soon", "今天到期（11月23日）"),
        (date(2026, 11, 20), "late", "超过 3 天（11月20日）"),
        (date(2027, 1, 4), "waiting", "还剩 42 天（2027年1月4日）"),
        (datetime(2026, 11, 22, 16, 0, tzinfo=UTC), "soon", "今天到期（11月23日）"),
    ],
)
def test_a_due_date_says_how_long_and_the_day_in_shanghai(when, tone, expected):
    html = draw("{% due when now %}", when=when, now=MONDAY)
    assert words(html) == expected
    assert f"due--{tone}" in html


def test_an_estimated_and_a_missing_due_date_say_so():
    assert "大约" in words(draw("{% due when now estimated=True %}", when=date(2026, 12, 10), now=MONDAY))
    assert words(draw("{% due when now %}", when=None, now=MONDAY)) == "还没有定日子"


BODY = '<td{% if ticked %} class="t"{% endif %}>{% translate "Number" %} CODE</td><td>TITLE</td>DUE STATUS'
OWN = {"CODE": "{code}", "TITLE": "{title}", "DUE": "{due}", "STATUS": "{status}"}
LOOP = {
    "CODE": "{{ line.code }}",
    "TITLE": "{{ line.title }}",
    "DUE": "{% due line.due now %}",
    "STATUS": "{% status line.status.0 line.status.1 %}",
}


def _written(words: dict[str, str]) -> str:
    return "".join(words.get(part, part) for part in re.split(r"(CODE|TITLE|DUE|STATUS)", BODY))


@pytest.mark.parametrize("ticked", [True, False])
def test_rows_are_what_a_loop_over_them_draws(ticked):
    tidy, sly = "路灯 <b>不亮</b> & '坏了'", "{code} {title.__class__} {} {{ now }} %s"
    lines = [
        {"code": "7K3F", "title": tidy, "due": date(2026, 11, 20), "status": ("working", "办理中")},
        {"code": "9QWX", "title": sly, "due": date(2026, 12, 30), "status": ("replied", "已答复")},
    ]
    context = {"lines": lines, "now": MONDAY, "ticked": ticked}
    loop = draw("{% load i18n %}{% for line in lines %}" + _written(LOOP) + "{% endfor %}", **context)
    assert draw("{% load i18n %}{% rows lines now %}" + _written(OWN) + "{% endrows %}", **context) == loop
    assert "&lt;b&gt;" in loop and "{title.__class__}" in loop and ("class=" in loop.partition("编号")[0]) == ticked
    assert draw("{% rows lines now %}<td>{code}</td>{% endrows %}", lines=[], now=MONDAY) == ""


def test_nothing_but_translated_words_stands_in_double_braces_in_rows():
    """Rows are filled in by name: a resident's words among what is the same in all could name something too."""
    found = 0
    for path in Path(bandeng.__file__).parent.glob("**/templates/**/*.html"):
        source = path.read_text()
        translated = set(re.findall(r"{% translate [^%]* as (\w+) %}", source))
        for body in re.findall(r"{% rows .*?%}(.*?){% endrows %}", source, re.DOTALL):
            found += 1
            assert set(re.findall(r"{{\s*(.*?)\s*}}", body)) <= translated, path
            assert set(re.findall(r"{%\s*(\w+)", body)) <= {"if", "else", "endif"}, path
    assert found


def test_days_and_times_are_written_in_shanghai():
    assert draw("{{ now|day }} {{ now|clock }}", now=MONDAY) == "11月23日（星期一） 00:30"
    assert draw("{{ now|year_day }}", now=MONDAY) == "2026年11月23日（星期一）"


def test_every_tone_has_a_shape_and_every_status_a_tone():
    assert set(TONES) <= set(ICONS)
    assert set(OF_STATUS.values()) <= set(TONES)
    assert tone_of("late") == "late"
    assert tone_of("unheard of") == "waiting"
    html = draw('{% status "replied" label %}', label="已答复")
    assert "icon--done" in html
    assert words(html) == "已答复"


class Form(forms.Form):
    phone = forms.CharField(label="手机号", help_text="用来告诉您结果。")
    way = forms.ChoiceField(label="怎么回", choices=[("a", "电话")], widget=forms.RadioSelect)
    note = forms.CharField(label="<备注>", required=False)


def test_a_field_ties_label_hint_and_error_to_the_control():
    html = str(Form({})["phone"].as_field_group())
    assert '<label class="label" for="id_phone">手机号</label>' in html
    assert 'aria-describedby="id_phone_helptext id_phone_error"' in html
    assert 'id="id_phone_helptext"' in html
    assert 'id="id_phone_error"' in html
    assert 'aria-invalid="true"' in html


def test_what_may_be_left_empty_says_so_and_labels_are_escaped():
    html = str(Form()["note"].as_field_group())
    assert "可以不填" in html
    assert "&lt;备注&gt;" in html


def test_the_summary_links_each_error_to_its_control_and_names_the_question():
    html = draw("{% errors form %}", form=Form({}))
    assert '<a href="#id_phone">手机号：' in html
    assert '<a href="#id_way_0">怎么回：' in html
    assert draw("{% errors form %}", form=Form()).strip() == ""


def test_block_tags_draw_what_they_enclose_and_escape_their_title():
    html = draw('{% notice tone="soon" title=title %}<p>{{ text }}</p>{% endnotice %}', title="<b>", text="<i>")
    assert "notice--soon" in html
    assert "&lt;b&gt;" in html
    assert "<p>&lt;i&gt;</p>" in html
