from django.urls import path

from . import staff

urlpatterns = [
    path("desk/cases/<code:code>/<edge:name>/words/", staff.words, name="writing-words"),
    path("desk/cases/<code:code>/<edge:name>/plainer/", staff.plainer, name="writing-plainer"),
    path("desk/cases/<code:code>/<edge:name>/preview/", staff.preview, name="writing-preview"),
]
