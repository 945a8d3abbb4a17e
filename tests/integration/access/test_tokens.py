"""Tokens of programs and quotas: never wider than the account, never longer than they were issued for, counted once for all."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest

from cockpit.access.permissions import Permission
from cockpit.access.quotas import LIMITS, QuotaKind
from cockpit.access.scope import Scope
from cockpit.errors import QuotaError, UsageError
from data.access import accounts, tokens
from data.access.limits import quotas
from tests.integration.access.conftest import ADMIN, NOW, audited, minutes, stored_text

TOTALS = [Permission.VIEW_TOTALS]


def issue(store, one, name="报表", permissions=TOTALS, scope=(), days=30):
    return tokens.issue(store, one, accounts.access_by_name(store, one.name, NOW), name, permissions, scope, days, ADMIN, NOW)


def test_a_token_has_its_own_rights_within_the_account(store, add):
    one = add("张三", "leader", scope=["塘栖镇", "运河街道"])
    token = issue(store, one, scope=["塘栖镇"])
    access = tokens.find_token(store, token, NOW)
    assert (access.account, access.permissions, access.scope) == ("张三", frozenset(TOTALS), Scope(("tangqi",)))
    assert tokens.find_token(store, issue(store, one, "全部"), NOW).scope == accounts.access_by_name(store, "张三", NOW).scope
    assert token not in stored_text(store)
    [_, listed] = tokens.list_tokens(store, one.id)
    assert (listed.name, listed.permissions, listed.last_used_at) == ("报表", ("view.totals",), NOW)


@pytest.mark.parametrize(
    ("options", "reason"),
    [
        ({"permissions": [Permission.VIEW_TOTALS, Permission.EXPORT_FIRMS]}, "账号没有“导出单个企业的数据”"),
        ({"permissions": []}, "至少给令牌一项权限"),
        ({"scope": ["临平街道"]}, "不能超出账号的范围"),
        ({"scope": ["塘栖镇", "临平街道"]}, "不能超出账号的范围"),
        ({"scope": ["火星镇"]}, "没有镇街"),
        ({"days": 0}, "有效期"),
        ({"days": 366}, "有效期"),
        ({"name": "已有"}, "已有名为“已有”的令牌"),
        ({"name": "\n"}, "令牌名称"),
    ],
)
def test_a_wider_token_is_refused(store, add, options, reason):
    one = add("张三", "leader", scope=["塘栖镇"])
    issue(store, one, "已有")
    with pytest.raises(UsageError, match=reason):
        issue(store, one, **options)
    assert [t.name for t in tokens.list_tokens(store, one.id)] == ["已有"]


def test_a_token_loses_what_its_account_loses(store, add):
    one = add("张三", "analyst")
    token = issue(store, one, permissions=[Permission.VIEW_TOTALS, Permission.EXPORT_FIRMS], scope=["塘栖镇", "运河街道"])
    accounts.set_roles(store, "张三", ["leader"], ["运河街道", "临平街道"], None, ADMIN, NOW)
    access = tokens.find_token(store, token, NOW)
    assert (access.permissions, access.scope) == (frozenset(TOTALS), Scope(("yunhe",)))
    accounts.set_roles(store, "张三", ["leader"], ["临平街道"], None, ADMIN, NOW)
    assert tokens.find_token(store, token, NOW).permissions == frozenset()
    accounts.disable(store, "张三", ADMIN, NOW)
    assert tokens.find_token(store, token, NOW) is None


def test_tokens_expire_and_are_revoked(store, add):
    one, other = add("张三", "leader"), add("李四", "leader")
    token = issue(store, one, days=30)
    assert tokens.find_token(store, token, NOW + timedelta(days=30) - minutes(1)) is not None
    for moment in (NOW + timedelta(days=30), NOW - minutes(10)):
        assert tokens.find_token(store, token, moment) is None
    [listed] = tokens.list_tokens(store, one.id)
    with pytest.raises(UsageError, match="没有这个令牌"):
        tokens.revoke(store, other, listed.id, ADMIN, NOW)
    tokens.revoke(store, one, listed.id, ADMIN, NOW)
    assert tokens.find_token(store, token, NOW) is None
    with pytest.raises(UsageError, match="已经停用"):
        tokens.revoke(store, one, listed.id, ADMIN, NOW)
    assert [row[1:4] for row in audited(store)][-2:] == [("token", "done", "张三/报表")] * 2
    assert tokens.find_token(store, "cockpit_x", NOW) is None


def test_an_account_has_not_too_many_tokens(store, add):
    one = add("张三", "leader")
    for number in range(tokens.MAX_TOKENS):
        issue(store, one, f"第{number}个")
    with pytest.raises(UsageError, match="最多20个"):
        issue(store, one, "再一个")


def test_a_quota_counts_over_all_workers(store):
    limit = LIMITS[QuotaKind.UPLOAD]

    def take(_):
        try:
            quotas.take(store.engine, QuotaKind.UPLOAD, "张三", NOW)
        except QuotaError as error:
            return error.seconds
        return 0

    with ThreadPoolExecutor(4) as pool:
        waits = list(pool.map(take, range(limit.number + 5)))
    assert waits.count(0) == limit.number
    assert sorted(waits)[-5:] == [3600] * 5
    quotas.take(store.engine, QuotaKind.UPLOAD, "李四", NOW)
    quotas.take(store.engine, QuotaKind.EXPORT, "张三", NOW)
    with pytest.raises(QuotaError, match="上传太频繁：60分钟内最多60次。请30分钟后再试") as refused:
        quotas.take(store.engine, QuotaKind.UPLOAD, "张三", NOW + minutes(30))
    assert refused.value.seconds == 1800
    quotas.take(store.engine, QuotaKind.UPLOAD, "张三", NOW + minutes(60))
    assert "张三" not in stored_text(store)


def test_a_clock_that_is_set_back_refuses_nobody_for_longer(store):
    for _ in range(LIMITS[QuotaKind.UPLOAD].number):
        quotas.take(store.engine, QuotaKind.UPLOAD, "张三", NOW + timedelta(days=400))
    quotas.take(store.engine, QuotaKind.UPLOAD, "张三", NOW)
