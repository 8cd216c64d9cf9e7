from django.urls import path

from . import debug, notices, staff, views
from .account import entry, own, second_factor

urlpatterns = [
    path("desk/", entry.desk, name="desk"),
    path("desk/sign-in/", entry.sign_in, name="sign-in"),
    path("desk/sign-out/", entry.sign_out, name="sign-out"),
    path("desk/totp/", second_factor.totp, name="totp"),
    path("desk/totp/drop/", second_factor.drop, name="totp-drop"),
    path("desk/account/", own.account, name="account"),
    path("desk/account/password/", own.password, name="account-password"),
    path("desk/account/sessions/end/", own.end_sessions, name="account-sessions-end"),
    path("desk/notices/", notices.notices, name="notices"),
    path("desk/notices/read/", notices.read, name="notices-read"),
    path("desk/staff/", staff.staff, name="staff"),
    path("desk/staff/totp-reset/", staff.reset_totp, name="staff-totp-reset"),
    path("desk/staff/password-reset/", staff.reset_password, name="staff-password-reset"),
    path("desk/keys/", views.keys, name="desk-keys"),
    path("desk/keys/switch/", views.switch_keys, name="desk-keys-switch"),
    path("debug/look/desk/", debug.components, name="debug-look-desk"),
]
