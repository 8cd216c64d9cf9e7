from django.urls import path

from . import public

urlpatterns = [
    path("mine/", public.mine, name="mine"),
    path("mine/add/", public.add, name="mine-add"),
    path("mine/withdraw/", public.withdraw, name="mine-withdraw"),
    path("mine/answer/", public.answer, name="mine-answer"),
    path("mine/answer/<int:number>/", public.answer, name="mine-answer-of"),
    path("mine/files/<uuid:attachment>/", public.file, name="mine-file"),
    path("mine/leave/", public.leave, name="mine-leave"),
    path("mine/left/", public.left, name="mine-left"),
]
