"""The providers that the settings name; an adapter of another one is added here."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from urllib.parse import urlsplit

from cockpit.errors import SettingsError
from cockpit.settings import Settings
from data.access.providers.groups_file import NAME, load_grants
from data.access.providers.provider import Directory, Providers, RedirectProvider, is_safe
from data.access.store import AccessStore


def open_providers(settings: Settings, store: AccessStore) -> Providers:
    """Return the providers, without connecting to any.

    Raises ``SettingsError``, which lists every fault, and ``DistrictError`` for a faulty `groups.yaml`.
    """
    grants = load_grants(settings.district, store.roles, store.district)
    redirecting: tuple[RedirectProvider, ...] = (_oidc(settings),) if settings.oidc_issuer else ()
    directory = _ldap(settings) if settings.ldap_url else None
    faults = [*_oidc_faults(settings), *_ldap_faults(settings)]
    if (redirecting or directory) and not grants:
        faults.append(f"设了统一身份认证或目录服务，区县配置的文件夹里须有 {NAME}，写明各用户组的角色和范围")
    if faults:
        raise SettingsError("设置有误。" + "；".join(faults) + "。")
    return Providers(redirecting, directory, grants, settings.oidc_address.rstrip("/"))


def _oidc(settings: Settings) -> RedirectProvider:
    from data.access.providers.oidc import OidcClient, OidcProvider  # as below: its libraries take memory in each worker

    client = OidcClient(
        issuer=settings.oidc_issuer,
        client_id=settings.oidc_client,
        secret=settings.oidc_secret.get_secret_value(),
        label=settings.oidc_name,
        scopes=settings.oidc_scopes,
        account=settings.oidc_account,
        groups=settings.oidc_groups,
        ca=settings.oidc_ca,
    )
    return OidcProvider(client)


def _ldap(settings: Settings) -> Directory:
    from data.access.providers.ldap import LdapDirectory, LdapSettings

    return LdapDirectory(
        LdapSettings(
            url=settings.ldap_url,
            label=settings.ldap_name,
            ca=settings.ldap_ca,
            user=settings.ldap_user,
            password=settings.ldap_password.get_secret_value(),
            base=settings.ldap_base,
            account=settings.ldap_account,
            condition=settings.ldap_filter,
            identifier=settings.ldap_id,
            group_base=settings.ldap_group_base,
            group_condition=settings.ldap_group_filter,
        )
    )


def _oidc_faults(settings: Settings) -> Iterator[str]:
    if not settings.oidc_issuer:
        return
    if not is_safe(settings.oidc_issuer):
        yield "COCKPIT_OIDC_ISSUER：须是 https:// 开头的地址"
    if not settings.oidc_client:
        yield "COCKPIT_OIDC_CLIENT：缺少这一项"
    if "openid" not in settings.oidc_scopes.split():
        yield "COCKPIT_OIDC_SCOPES：须有 openid"
    if settings.oidc_address and not is_safe(settings.oidc_address):
        yield "COCKPIT_OIDC_ADDRESS：须是 https:// 开头的地址"
    yield from _missing_file("COCKPIT_OIDC_CA", settings.oidc_ca)


def _ldap_faults(settings: Settings) -> Iterator[str]:
    if not settings.ldap_url:
        return
    if urlsplit(settings.ldap_url).scheme not in ("ldap", "ldaps") or not urlsplit(settings.ldap_url).hostname:
        yield "COCKPIT_LDAP_URL：须是 ldaps:// 或 ldap:// 开头的地址"
    if not settings.ldap_base:
        yield "COCKPIT_LDAP_BASE：缺少这一项"
    if settings.ldap_user and not settings.ldap_password.get_secret_value():
        yield "COCKPIT_LDAP_PASSWORD：写了 COCKPIT_LDAP_USER 就要写密码"
    yield from _missing_file("COCKPIT_LDAP_CA", settings.ldap_ca)


def _missing_file(name: str, file: str) -> Iterator[str]:
    if file and not Path(file).is_file():
        yield f"{name}：没有文件 {file}"
