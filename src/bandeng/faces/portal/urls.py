from django.urls import path

from . import debug, views

urlpatterns = [
    path("", views.home, name="home"),
    path("text-size/", views.text_size, name="text-size"),
    path("debug/look/", debug.components, name="debug-look"),
]
