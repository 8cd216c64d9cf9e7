"""Signing in as staff meet it: at the counter's screen, on a small phone, without scripts, with codes."""

import re

import pytest
from playwright.sync_api import Page, expect
from tests.faces.desk_people import KEY, PASSWORD, code_at, hire

pytestmark = pytest.mark.django_db
SIZES = [(1366, 768), (320, 640)]


@pytest.fixture(params=SIZES, ids=lambda size: str(size[0]))
def sized(page: Page, request) -> Page:
    page.set_viewport_size(dict(zip(("width", "height"), request.param, strict=True)))
    return page


def enter(page: Page, site: str, username: str, password: str = PASSWORD, path: str = "/desk/sign-in/") -> None:
    page.goto(site + path)
    page.get_by_label("用户名").fill(username)
    page.get_by_label("密码").fill(password)
    page.get_by_role("button", name="登录").click()


def width_of(page: Page) -> int:
    return page.viewport_size["width"]


def test_signing_in_and_the_account(sized: Page, site, look, axe, fits):
    page = sized
    hire("liqiang", "receptionist", "dispatcher", name="李强")
    page.goto(site + "/desk/account/")
    expect(page).to_have_url(re.compile("/desk/sign-in/"))
    for step in ("sign-in", "wrong"):
        look(page, f"account-{step}-{width_of(page)}")
        axe(page)
        fits(page)
        page.get_by_label("用户名").fill("liqiang")
        page.get_by_label("密码").fill(PASSWORD if step == "wrong" else "wrong")
        page.get_by_role("button", name="登录").click()
    expect(page.get_by_role("heading", name="我的账号")).to_be_visible()
    look(page, f"account-{width_of(page)}")
    axe(page)
    fits(page)
    for name in ("password", "totp", "notices"):
        page.goto(f"{site}/desk/{'account/' if name == 'password' else ''}{name}/")
        look(page, f"account-{name}-{width_of(page)}")
        axe(page)
        fits(page)


def test_the_locked_page(sized: Page, site, look, axe, fits):
    page = sized
    hire("liqiang", "receptionist")
    for _n in range(5):
        enter(page, site, "liqiang", "wrong")
    expect(page.get_by_role("heading", name="密码错了太多次")).to_be_visible()
    look(page, f"account-locked-{width_of(page)}")
    axe(page)
    fits(page)


def test_a_code_from_the_telephone_and_the_list_of_staff(sized: Page, site, look, axe, fits):
    import time

    page = sized
    hire("zhouqi", "security_admin", key=KEY, name="周琪")
    hire("liqiang", "receptionist", key=b"another secret here!", name="李强")
    enter(page, site, "zhouqi")
    look(page, f"account-code-{width_of(page)}")
    axe(page)
    fits(page)
    page.get_by_label("六位动态码").fill(code_at(time.time()))
    page.get_by_role("button", name="继续").click()
    page.goto(site + "/desk/staff/")
    look(page, f"account-staff-{width_of(page)}")
    axe(page)
    fits(page)
    page.get_by_role("button", name="重新设 李强").click()
    look(page, f"account-new-password-{width_of(page)}")
    axe(page)
    fits(page)


def test_the_demonstrations_accounts(sized: Page, site, look, fits, settings):
    settings.DEMO = True
    from bandeng.faces.desk.demo import demo_totp_secret

    hire("liqiang", "receptionist", name="李强")
    hire("hujianguo", "receptionist", name="胡建国")
    hire("fanhongmei", "approver", key=demo_totp_secret("fanhongmei"), name="范红梅")
    sized.goto(site + "/desk/sign-in/")
    look(sized, f"account-demo-{width_of(sized)}")
    fits(sized)


def test_signing_in_without_scripts(phone_without_scripts: Page, site, look):
    page = phone_without_scripts
    hire("liqiang", "receptionist")
    enter(page, site, "liqiang", path="/desk/sign-in/?next=/desk/account/")
    expect(page.get_by_role("heading", name="我的账号")).to_be_visible()
    look(page, "account-320-no-script")
