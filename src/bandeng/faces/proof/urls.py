from django.urls import path

from . import views

urlpatterns = [
    path("proof/", views.overview, name="proof"),
    path("proof/how/", views.how, name="proof-how"),
    path("proof/checkpoint", views.checkpoint, name="proof-checkpoint"),
    path("proof/tile/<path:path>", views.tile, name="proof-tile"),
    path("proof/keys.txt", views.keys, name="proof-keys"),
    path("proof/<slug:name>-key.pem", views.key_file, name="proof-key"),
    path("proof/<slug:code>.txt", views.download, name="proof-file"),
]
