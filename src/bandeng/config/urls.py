"""All addresses of the site. URLs are English nouns and carry no identity."""

from django.urls import include, path, register_converter

from bandeng.ground.core import api as core

register_converter(core.CodeConverter, "code")  # before any room's addresses are read

urlpatterns: list = [
    path("", include("bandeng.config.operation.urls")),
    path("", include("bandeng.faces.portal.urls")),
    path("", include("bandeng.faces.desk.urls")),
    path("", include("bandeng.faces.proof.urls")),
    path("", include("bandeng.speak.matters.urls")),
    path("", include("bandeng.speak.reception.urls")),  # before casework: see its last line
    path("", include("bandeng.speak.lookup.urls")),
    path("", include("bandeng.speak.casework.urls")),
    path("", include("bandeng.speak.casework.public_urls")),
    path("", include("bandeng.speak.suggestions.urls")),
    path("", include("bandeng.speak.writing.urls")),
    path("", include("bandeng.judge.evaluation.urls")),
]

handler400 = "bandeng.faces.portal.errors.bad_request"
handler403 = "bandeng.faces.portal.errors.denied"
handler404 = "bandeng.faces.portal.errors.not_found"
handler500 = "bandeng.faces.portal.errors.server_error"
