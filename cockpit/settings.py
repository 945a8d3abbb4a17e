"""Settings of the running cockpit, from environment variables ``COCKPIT_…`` or a ``.env`` file."""

from __future__ import annotations

import difflib
import os
import re
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any, Literal

from pydantic import Field, SecretStr, ValidationError
from pydantic_settings import BaseSettings, SettingsConfigDict

from cockpit.errors import SettingsError
from cockpit.validation import fault_message

_PREFIX = "COCKPIT_"
_FILE = Path(".env")
#: Where a cockpit keeps what it writes, wherever it is started from.
_STATE = Path(__file__).parent.parent / ".state"
_IGNORED = ("COCKPIT_TEST_",)


class Settings(BaseSettings):
    """All settings, with the defaults of a first start on one machine."""

    model_config = SettingsConfigDict(env_prefix=_PREFIX, env_file=_FILE, extra="ignore", frozen=True)

    facts_url: str = Field("", description="事实库地址（SQLAlchemy 写法）；不写为月度数据就在数据库里")
    facts_seconds: int = Field(20, ge=1, le=600, description="事实库最多让页面等多少秒")
    columns: Path = Field(_STATE / "columns", description="事实库各月企业数字的文件放在哪个文件夹")
    district: str = Field(
        "linping", pattern=r"^([a-z][a-z0-9-]*|/.+)$", description="区县配置的名称，或另放的配置文件夹的绝对路径"
    )
    database_url: str = Field(
        default_factory=lambda values: _default_url(values.get("district", "")), description="数据库地址（SQLAlchemy 写法）"
    )
    state: Path = Field(
        default_factory=lambda values: _default_state(values.get("database_url", "")),
        description="密钥和审计存证放在哪个文件夹，只有运行服务的用户可以读",
    )
    access: Literal["", "open", "login"] = Field(
        "", description="是否须登录：login 须登录，open 不登录（只能在本机打开）；不写时，库里只有演示数据才不登录"
    )
    password_days: int = Field(0, ge=0, le=3650, description="密码用多少天后须更换；0 为不要求")
    oidc_issuer: str = Field("", description="统一身份认证（OpenID Connect）的颁发者地址；不写为不用")
    oidc_client: str = Field("", description="在统一身份认证登记的客户端标识")
    oidc_secret: SecretStr = Field(SecretStr(""), description="它的客户端密钥；没有的不写")
    oidc_name: str = Field("统一身份认证", min_length=1, max_length=20, description="登录页上的名称")
    oidc_scopes: str = Field("openid profile", description="向统一身份认证要的范围，空格分隔")
    oidc_account: str = Field("preferred_username", min_length=1, description="哪一项声明是账号名")
    oidc_groups: str = Field("groups", min_length=1, description="哪一项声明是用户组；里层的写 realm_access.roles")
    oidc_ca: str = Field("", description="签发统一身份认证证书的 CA 的文件；不写为系统自带的")
    oidc_address: str = Field("", description="浏览器打开驾驶舱的地址，登录后回到这里；不写为请求用的地址")
    ldap_url: str = Field("", description="目录服务（LDAP）的地址，ldaps:// 或 ldap://（总用 StartTLS）；不写为不用")
    ldap_name: str = Field("单位账号", min_length=1, max_length=20, description="登录页上的名称")
    ldap_ca: str = Field("", description="签发目录服务证书的 CA 的文件；不写为系统自带的")
    ldap_user: str = Field("", description="查人用的账号（DN）；不写为匿名查询")
    ldap_password: SecretStr = Field(SecretStr(""), description="查人用的账号的密码")
    ldap_base: str = Field("", description="在哪个 DN 下面查人")
    ldap_account: str = Field("uid", pattern=r"^[A-Za-z][A-Za-z0-9-]*$", description="账号名的属性；活动目录写 sAMAccountName")
    ldap_filter: str = Field("(objectClass=person)", pattern=r"^\(.*\)$", description="查人时另加的条件")
    ldap_id: str = Field(
        "entryUUID", pattern=r"^[A-Za-z][A-Za-z0-9-]*$", description="不会再分给别人的标识的属性；活动目录写 objectGUID"
    )
    ldap_group_base: str = Field("", description="在哪个 DN 下面查用户组；不写为查人的那个")
    ldap_group_filter: str = Field(
        "(member={dn})", pattern=r"^\(.*\)$", description="查用户组的条件，{dn} 是人的 DN，{account} 是账号名"
    )
    host: str = Field("127.0.0.1", description="服务监听的地址")
    hosts: str = Field("", description="浏览器可以用来打开的主机名，逗号分隔；本机和监听的地址总是可以")
    port: int = Field(8050, ge=1, le=65535, description="服务监听的端口")
    workers: int = Field(2, ge=1, le=64, description="工作进程数")
    threads: int = Field(4, ge=1, le=64, description="每个工作进程的线程数")
    log_level: Literal["DEBUG", "INFO", "WARNING", "ERROR"] = Field("INFO", description="日志级别")


def _default_url(district: str) -> str:
    return f"sqlite:///{_STATE / Path(district).name}.sqlite3"


def _default_state(database_url: str) -> Path:
    """Return the folder of an SQLite file, beside which its key and its audit's heads belong; else that of the project."""
    kind, _, file = database_url.partition(":///")
    file = file.partition("?")[0]
    return Path(file).parent if kind.startswith("sqlite") and file and file != ":memory:" else _STATE


def load_settings(**options: object) -> Settings:
    """Load settings from the environment and ``.env``; every fault is reported at once, by variable or option.

    ``options``: what the command line sets, by field; ``None`` = not given. They have the limits of all settings.
    Raises ``SettingsError``, also for a variable ``COCKPIT_…`` that doesn't exist.
    """
    chosen: dict[str, Any] = {name: value for name, value in options.items() if value is not None}
    faults = _unknown({*os.environ, *_names_in_file(_FILE)})
    try:
        settings = Settings(**chosen)
    except ValidationError as error:
        faults += [f"{_source(e['loc'], chosen)}：{fault_message(e)}" for e in error.errors()]
        raise SettingsError("设置有误。" + "；".join(faults)) from error
    if faults:
        raise SettingsError("设置有误。" + "；".join(faults))
    return settings


def _source(path: tuple[int | str, ...], options: Mapping[str, object]) -> str:
    """Name the option or the variable that a field was set by."""
    field = "_".join(map(str, path)).lower().removeprefix(_PREFIX.lower())
    return f"--{field}" if field in options else f"{_PREFIX}{field.upper()}"


def _names_in_file(file: Path) -> list[str]:
    return re.findall(r"^[ \t]*(?:export[ \t]+)?(\w+)[ \t]*=", file.read_text("utf-8"), re.M) if file.is_file() else []


def _unknown(environment: Iterable[str]) -> list[str]:
    known = [f"{_PREFIX}{name.upper()}" for name in Settings.model_fields]
    faults = []
    for name in sorted(environment):
        if name.startswith(_PREFIX) and not name.startswith(_IGNORED) and name not in known:
            near = next(iter(difflib.get_close_matches(name, known, 1)), None)
            faults.append(f"{name}：没有这个设置" + (f"，是不是 {near}？" if near else f"。可用：{'、'.join(known)}"))
    return faults
