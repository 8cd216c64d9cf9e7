"""Somebody of the named world signed in, with a one-time code where their role asks for one."""

import pytest

BACKEND = "django.contrib.auth.backends.ModelBackend"


def sign_in_as(client, person, *, has_code: bool):
    """Sign a person in at a client; `has_code` gives a one-time code too."""
    from django_otp import DEVICE_ID_SESSION_KEY
    from django_otp.plugins.otp_totp.models import TOTPDevice

    client.force_login(person, backend=BACKEND)
    if has_code:
        device = TOTPDevice.objects.create(user=person, name="test", confirmed=True)
        session = client.session
        session[DEVICE_ID_SESSION_KEY] = device.persistent_id
        session.save()
    return client


@pytest.fixture
def sign_in(client, world):
    """Give `sign_in("liuyang")`, which signs a person of the world in and gives the client."""

    def as_(username: str):
        return sign_in_as(client, world.staff[username], has_code=world.permissions(username).must_use_totp)

    return as_
