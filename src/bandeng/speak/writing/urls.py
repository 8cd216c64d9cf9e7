from django.urls import path

from . import staff

urlpatterns = [
    path("desk/cases/<code:code>/<slug:name>/words/", staff.words, name="writing-words"),
    path("desk/cases/<code:code>/<slug:name>/plainer/", staff.plainer, name="writing-plainer"),
    path("desk/cases/<code:code>/<slug:name>/preview/", staff.preview, name="writing-preview"),
]
