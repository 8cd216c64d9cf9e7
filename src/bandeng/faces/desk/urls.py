from django.urls import path

from . import debug, views

urlpatterns = [
    path("desk/keys/", views.keys, name="desk-keys"),
    path("desk/keys/switch/", views.switch_keys, name="desk-keys-switch"),
    path("debug/look/desk/", debug.components, name="debug-look-desk"),
]
