"""From the invitation to the logout with the keyboard alone, on a server where people log in."""

from __future__ import annotations

import re
import shutil
import time

import pyotp
import pytest

from cockpit.access.audit import Actor
from cockpit.settings import Settings
from data.access import invitations, second_factor
from data.access.store import open_store
from data.database.engine import open_engine
from data.database.transactions import utc_now
from tests.browser.conftest import windows
from tests.conftest import Served

PASSWORD = "Qv8%kk4Zr2pW"
_LABEL = """() => {
    const one = document.activeElement;
    const label = one.labels && one.labels.length ? one.labels[0] : one;
    return (one.getAttribute('aria-label') || label.innerText || '').trim();
}"""


@pytest.fixture(scope="module")
def site(sample_url, district, tmp_path_factory):
    """A server with the sample and a security administrator: its address, and the secret of their one-time codes."""
    folder = tmp_path_factory.mktemp("accounts")
    shutil.copy(sample_url.removeprefix("sqlite:///"), folder / "c.sqlite3")
    url = f"sqlite:///{folder}/c.sqlite3"
    settings = Settings(database_url=url, state=folder / "state")
    store = open_store(settings, open_engine(url), district)
    link = invitations.invite(store, "安全员", ["security-admin"], (), (), Actor("命令行:测试", "本机"), utc_now())
    secret, pending = second_factor.begin_enrolment(store, invitations.open_invitation(store, link, utc_now()).account)
    code = pyotp.TOTP(secret).at(time.time() - 30)  # the one before: the test logs in with the next
    invitations.accept(store, link, PASSWORD, pending, code, "127.0.0.1", utc_now())
    served = Served(url, COCKPIT_ACCESS="login", COCKPIT_STATE=str(folder / "state"))
    yield served.address, secret
    served.stop()


@pytest.fixture
def window(chromium, site):
    yield from windows(chromium, site[0], faultless=True)


def tab_to(page, label):
    """Press Tab until what has this label has the focus, which has to be visible."""
    for _ in range(120):
        page.keyboard.press("Tab")
        if page.evaluate(_LABEL) == label:
            outline = page.evaluate("getComputedStyle(document.activeElement).outlineStyle")
            assert outline != "none", f"{label} doesn't show that it has the focus"
            return
    raise AssertionError(f"the keyboard doesn't reach {label}")


def press(page, label, key="Enter"):
    tab_to(page, label)
    if key == "Enter":
        with page.expect_navigation():
            page.keyboard.press(key)
    else:
        page.keyboard.press(key)


def enter(page, **texts):
    """Type into the fields with these labels and send the form with Enter."""
    for label, text in texts.items():
        if page.evaluate(_LABEL) != label:
            tab_to(page, label)
        page.keyboard.type(text)
    with page.expect_navigation():
        page.keyboard.press("Enter")


def test_from_the_invitation_to_the_logout_by_keyboard(site, window):
    address, secret = site
    admin, person = window().page, window().page
    admin.goto(f"{address}/")
    enter(admin, 账号="安全员", 密码=PASSWORD, 动态验证码=pyotp.TOTP(secret).now())
    assert admin.url == f"{address}/admin/accounts", "who sees no figures begins here"

    press(admin, "邀请新账号")
    admin.keyboard.type("王五")
    press(admin, "评价员", "Space")
    press(admin, "全部（临平区）", "Space")
    press(admin, "生成邀请链接")
    link = admin.evaluate("document.activeElement.value")
    assert re.fullmatch(f"{address}/invite\\?token=\\S+", link)

    person.goto(link)
    own = pyotp.TOTP(person.inner_text(".access-secret").replace(" ", ""))
    enter(person, 新密码=PASSWORD, 再输入一次=PASSWORD, 验证码=own.now())
    recovery = person.inner_text(".access-codes li:first-child")
    press(person, "去登录")
    enter(person, 账号="王五", 密码=PASSWORD, 动态验证码=own.at(time.time() + 30))
    person.wait_for_selector(".panel")
    assert person.url == f"{address}/"
    assert person.request.get(f"{address}/download/scores.xlsx").status != 403

    press(admin, "返回账号列表")
    press(admin, "王五")
    press(admin, "评价员", "Space")
    press(admin, "领导", "Space")
    press(admin, "更改角色和范围")
    assert "角色和范围已更改" in admin.inner_text("[role=status]")

    person.reload()
    assert person.url.startswith(f"{address}/login?next="), "the login has ended"
    enter(person, 账号="王五", 密码=PASSWORD, 动态验证码=recovery)
    person.wait_for_selector(".panel")
    assert person.request.get(f"{address}/download/scores.xlsx").status == 403
    press(person, "我的账号")
    assert "领导" in person.inner_text(".desk-facts")
    press(person, "退出登录")
    assert person.url == f"{address}/login"
    person.goto(f"{address}/land")
    assert person.url.startswith(f"{address}/login?next=")
