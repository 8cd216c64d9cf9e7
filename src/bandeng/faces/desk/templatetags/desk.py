"""`{% load desk %}`: what the top bar says of who is signed in."""

from django import template
from django.conf import settings

from bandeng.ground.directory import access
from bandeng.ground.directory import api as directory

register = template.Library()


@register.simple_tag(takes_context=True)
def office_name(context: dict) -> str:
    """Give the office the reader works at; the county where that is none or several."""
    request = context.get("request")
    if request is None or not getattr(context.get("user"), "is_authenticated", False):
        return settings.COUNTY
    offices = [directory.offices()[key] for key in access.permissions(request).office_ids if key in directory.offices()]
    return offices[0].label_zh if len(offices) == 1 else settings.COUNTY
