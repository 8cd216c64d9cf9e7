"""All addresses of the site. URLs are English nouns and carry no identity."""

from django.urls import path  # noqa: F401

urlpatterns: list = []
