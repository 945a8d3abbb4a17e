"""Accounts: invited, with roles and a scope; disabled, enabled, reset; every change recorded, none by halves."""

from __future__ import annotations

import dataclasses
import json

import pytest

from cockpit.access.permissions import Permission
from cockpit.access.roles import Roles
from cockpit.access.scope import Scope
from cockpit.errors import AccessError, AuditError, DistrictError, UsageError
from cockpit.settings import Settings
from data.access import accounts, invitations, passwords, second_factor, sessions
from data.access import store as stores
from data.access.sessions import Client
from data.database.engine import read_connection
from tests.integration.access.conftest import ADMIN, NOW, PASSWORD, audited, code_at, find, minutes, stored_text


def access(store, name, now=NOW):
    with read_connection(store.engine) as connection:
        return accounts.access_of(store, connection, find(store, name), now)


def test_from_invitation_to_rights(store):
    token = invitations.invite(store, "张三", ["领导"], ["塘栖镇"], [], ADMIN, NOW)
    assert token not in stored_text(store)
    assert access(store, "张三").permissions == frozenset(), "nothing before there is a password"
    invitation = invitations.open_invitation(store, token, NOW)
    assert (invitation.account.name, invitation.needs_second_factor) == ("张三", False)
    assert invitations.accept(store, token, PASSWORD, "", "", "10.0.0.1", NOW) == []
    own = access(store, "张三")
    assert own.scope == Scope(("tangqi",))
    assert own.may(Permission.VIEW_FIRMS)
    assert not own.may(Permission.EXPORT_FIRMS)
    assert own == accounts.access_by_name(store, "张三", NOW)
    assert PASSWORD not in stored_text(store)
    with pytest.raises(UsageError, match="已经用过"):
        invitations.accept(store, token, "Tiger-Lantern-42", "", "", "10.0.0.1", NOW)
    assert [row[1:3] for row in audited(store)] == [("account", "done"), ("password", "done")]
    assert json.loads(audited(store)[0][4]) == {"change": "邀请", "roles": "领导", "sheets": ""}


def test_links_expire_and_clocks_make_them_no_longer(store):
    token = invitations.invite(store, "张三", ["leader"], [], [], ADMIN, NOW)
    invitations.open_invitation(store, token, NOW + minutes(24 * 60 - 1))
    for moment in (NOW + minutes(24 * 60), NOW - minutes(60)):
        with pytest.raises(UsageError, match="无效、已经用过或已过期"):
            invitations.open_invitation(store, token, moment)
    newer = invitations.invite(store, "张三", ["analyst"], [], [], ADMIN, NOW)
    with pytest.raises(UsageError, match="无效"):
        invitations.open_invitation(store, token, NOW)
    invitations.open_invitation(store, newer, NOW)
    with pytest.raises(UsageError, match="无效"):
        invitations.open_invitation(store, newer + "x", NOW)


def test_an_account_that_needs_a_second_factor_sets_it_up_at_once(store):
    token = invitations.invite(store, "李四", ["clerk"], [], ["月度经营"], ADMIN, NOW)
    invited = invitations.open_invitation(store, token, NOW)
    assert invited.needs_second_factor
    with pytest.raises(UsageError, match="须设置动态验证码"):
        invitations.accept(store, token, PASSWORD, "", "", "", NOW)
    secret, pending = second_factor.begin_enrolment(store, invited.account)
    assert second_factor.shown_secret(store, invited.account, pending) == secret
    with pytest.raises(UsageError, match="验证码不对"):
        invitations.accept(store, token, PASSWORD, pending, "000000", "", NOW)
    codes = invitations.accept(store, token, PASSWORD, pending, code_at(NOW, secret), "", NOW)
    uri = second_factor.provisioning_uri(store, invited.account, secret)
    assert secret in uri
    assert second_factor.qr_svg(uri).startswith("<svg")
    assert len(set(codes)) == second_factor.RECOVERY_CODES
    assert not [code for code in [secret, *codes] if code in stored_text(store)]
    assert access(store, "李四").may(Permission.UPLOAD_DATA)
    assert access(store, "李四").scope == Scope((), ("月度经营",))


@pytest.mark.parametrize(
    ("name", "roles", "scope", "sheets", "reason"),
    [
        ("王五", ["leader"], ["火星镇"], [], "没有镇街“火星镇”"),
        ("王五", ["leader", "nobody"], [], [], "没有角色“nobody”"),
        ("王五", [], [], [], "至少写一个角色"),
        ("王五", ["clerk"], [], ["没有的表"], "没有表“没有的表”"),
        ("王五", ["system-admin", "auditor"], [], [], "三员分立"),
        ("王五", ["系统管理员", "安全管理员"], [], [], "三员分立"),
        ("王 五", ["leader"], [], [], "空格"),
        ("", ["leader"], [], [], "账号名称"),
        ("长" * 41, ["leader"], [], [], "太长"),
        ("张三", ["leader"], [], [], "已有账号"),
        ("ZhangSan2", ["leader"], [], [], "已有账号"),
    ],
)
def test_a_wrong_invitation_changes_nothing(store, add, name, roles, scope, sheets, reason):
    add("张三", "leader")
    add("zhangsan2", "leader")
    before, records = accounts.list_accounts(store), audited(store)
    with pytest.raises(UsageError, match=reason):
        invitations.invite(store, name, roles, scope, sheets, ADMIN, NOW)
    assert accounts.list_accounts(store) == before
    assert audited(store) == records


def test_roles_change_with_sessions_and_scope(store, add):
    one = add("张三", "leader", scope=["塘栖镇"])
    with store.audit.transaction() as connection:
        token = sessions.begin(connection, one.id, Client("10.0.0.1"), NOW)
    assert sessions.find_session(store, token, NOW).access.scope == Scope(("tangqi",))
    with pytest.raises(UsageError, match="三员分立"):
        accounts.set_roles(store, "张三", ["auditor", "security-admin"], [], [], ADMIN, NOW)
    with pytest.raises(UsageError, match="没有账号"):
        accounts.set_roles(store, "赵六", ["auditor"], [], [], ADMIN, NOW)
    assert sessions.find_session(store, token, NOW) is not None, "nothing was changed by what was refused"
    accounts.set_roles(store, "张三", ["analyst"], None, None, ADMIN, NOW)
    assert sessions.find_session(store, token, NOW) is None
    assert access(store, "张三").may(Permission.EXPORT_FIRMS)
    assert access(store, "张三").scope == Scope(("tangqi",)), "the scope stays unless it is named"
    accounts.set_roles(store, "张三", ["analyst"], ["全部"], None, ADMIN, NOW)
    assert access(store, "张三").scope == Scope()


def test_a_promoted_account_has_no_rights_before_its_second_factor(store, add):
    one = add("张三", "leader")
    accounts.set_roles(store, "张三", ["clerk"], None, None, ADMIN, NOW)
    assert access(store, "张三").permissions == frozenset()
    secret, pending = second_factor.begin_enrolment(store, one)
    codes = second_factor.enrol(store, one, pending, code_at(NOW, secret), ADMIN, NOW)
    assert access(store, "张三").may(Permission.PUBLISH_DATA)
    assert set(second_factor.renew_recovery_codes(store, one, ADMIN, NOW)).isdisjoint(codes)


def test_disabled_and_enabled(store, add):
    one = add("张三", "leader")
    with store.audit.transaction() as connection:
        token = sessions.begin(connection, one.id, Client("10.0.0.1"), NOW)
    accounts.disable(store, "张三", ADMIN, NOW)
    assert sessions.find_session(store, token, NOW) is None
    assert access(store, "张三").permissions == frozenset()
    with pytest.raises(AccessError, match="已停用"):
        accounts.access_by_name(store, "张三", NOW)
    with pytest.raises(UsageError, match="已停用"):
        invitations.reset(store, "张三", ADMIN, NOW)
    accounts.enable(store, "张三", ADMIN, NOW)
    assert sessions.find_session(store, token, NOW) is None, "an ended session never comes back"
    assert access(store, "张三").may(Permission.VIEW_TOTALS)


def test_a_disabled_account_cannot_use_its_invitation(store):
    token = invitations.invite(store, "张三", ["leader"], [], [], ADMIN, NOW)
    accounts.disable(store, "张三", ADMIN, NOW)
    with pytest.raises(UsageError, match="无效"):
        invitations.accept(store, token, PASSWORD, "", "", "", NOW)


def test_a_reset_takes_everything_and_remembers_the_password(store, add):
    one = add("李四", "clerk", has_second_factor=True)
    with store.audit.transaction() as connection:
        session = sessions.begin(connection, one.id, Client("10.0.0.1"), NOW)
    token = invitations.reset(store, "李四", ADMIN, NOW)
    assert sessions.find_session(store, session, NOW) is None
    reset = find(store, "李四")
    assert (reset.has_password, reset.has_second_factor) == (False, False)
    secret, pending = second_factor.begin_enrolment(store, reset)
    with pytest.raises(UsageError, match="用过"):
        invitations.accept(store, token, PASSWORD, pending, code_at(NOW, secret), "", NOW)
    invitations.open_invitation(store, token, NOW)


def test_the_last_five_passwords_are_not_chosen_again(store, add):
    one = add("张三", "leader")
    used = [PASSWORD]
    for number in range(5):
        used.append(f"Tiger-Lantern-{number}7")
        hashed = passwords.new_hash(store, one.id, one.name, used[-1])
        with store.audit.transaction() as connection:
            passwords.store_hash(connection, one.id, hashed, NOW)
    for password in (used[1], used[3], used[5]):
        with pytest.raises(UsageError, match="最近5个密码"):
            passwords.new_hash(store, one.id, one.name, password)
    passwords.new_hash(store, one.id, one.name, used[0])


def test_passwords_grow_old_where_the_district_says_so(store, add):
    add("张三", "leader")
    strict = dataclasses.replace(store, max_password_age=minutes(90 * 24 * 60), rights={})
    later = NOW + minutes(91 * 24 * 60)
    assert access(strict, "张三").may(Permission.VIEW_TOTALS)
    assert access(strict, "张三", later).permissions == frozenset()
    assert access(store, "张三", later).may(Permission.VIEW_TOTALS)


def test_a_scope_that_the_pack_no_longer_has_is_nothing(store, add, district):
    add("张三", "leader", scope=["塘栖镇"])
    towns = tuple(town for town in district.towns if town.key != "tangqi")
    smaller = type(district)(
        **{name: getattr(district, name) for name in type(district).model_fields} | {"towns": towns, "layout": None}
    )
    assert access(dataclasses.replace(store, district=smaller, rights={}), "张三").permissions == frozenset()


def test_a_role_file_that_joins_two_administrations_is_refused(store, add, district, tmp_path):
    add("张三", "system-admin", "leader", has_second_factor=True)
    changed = [role.model_dump() for role in store.roles.roles]
    next(role for role in changed if role["key"] == "leader")["permissions"] = ["audit.read"]
    roles = Roles.model_validate({"roles": changed})
    with pytest.raises(DistrictError, match="账号“张三”（leader、system-admin）会兼有系统管理和审计"):
        stores.check_separation(dataclasses.replace(store, roles=roles))
    with pytest.raises(UsageError, match="三员分立"):
        access(dataclasses.replace(store, roles=roles, rights={}), "张三")
    removed = Roles.model_validate({"roles": [role for role in changed if role["key"] == "leader"]})
    alone = access(dataclasses.replace(store, roles=removed, rights={}), "张三")
    assert alone.permissions <= {Permission.READ_AUDIT}, "a role that was removed gives nothing"


def test_nothing_is_done_that_cannot_be_recorded(store, add, engine):
    add("张三", "leader")
    with engine.begin() as connection:
        connection.exec_driver_sql("alter table audit_record rename to audit_elsewhere")
    with pytest.raises(AuditError, match="没有执行，数据保持原样"):
        accounts.disable(store, "张三", ADMIN, NOW)
    with pytest.raises(AuditError):
        invitations.invite(store, "李四", ["leader"], [], [], ADMIN, NOW)
    assert [one.account.name for one in accounts.list_accounts(store)] == ["张三"]
    assert find(store, "张三").disabled_at is None


def test_a_store_is_opened_with_the_settings(engine, district, tmp_path):
    opened = stores.open_store(Settings(state=tmp_path / "s", password_days=90), engine, district)
    assert opened.max_password_age == minutes(90 * 24 * 60)
    assert opened.keys.path == tmp_path / "s" / "secret.key"
    assert stores.open_store(Settings(state=tmp_path / "s"), engine, district).max_password_age is None
