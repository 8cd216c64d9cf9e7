from django.db import models

from bandeng.ground.core import api as core

TENS = "零一二三四五六七八九"


def chinese_number(number: int) -> str:
    """Write 1 to 9999 the way articles are numbered: 22 is 二十二, 203 is 二百零三, 1259 is 一千二百五十九."""
    text, is_gap = "", False
    for place, name in ((1000, "千"), (100, "百"), (10, "十"), (1, "")):
        digit = number // place % 10
        if digit:
            text += ("零" if is_gap and text else "") + TENS[digit] + name
        is_gap = digit == 0
    return text.removeprefix("一") if text.startswith("一十") else text


class Law(models.Model):
    """A law, regulation or local rule that replies and limits are founded on."""

    id = models.UUIDField(primary_key=True, default=core.new_id, editable=False)
    code = models.SlugField(max_length=40, unique=True)
    title = models.CharField(max_length=80)
    title_en = models.CharField(max_length=120, blank=True)
    in_force_on = models.DateField(null=True)
    source_url = models.URLField(max_length=300, blank=True)

    def __str__(self) -> str:
        return self.title


class Article(models.Model):
    """One article: what a reply cites. The gist is ours, to find it by; the text is read at the source."""

    id = models.UUIDField(primary_key=True, default=core.new_id, editable=False)
    law = models.ForeignKey(Law, on_delete=models.PROTECT, related_name="articles")
    number = models.PositiveSmallIntegerField()
    gist_zh = models.CharField(max_length=80, blank=True)
    gist_en = models.CharField(max_length=160, blank=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["law", "number"], name="article_once_in_its_law")]

    def __str__(self) -> str:
        return f"《{self.law.title}》第{chinese_number(self.number)}条"
