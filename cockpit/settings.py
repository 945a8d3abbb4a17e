"""Settings of the running cockpit, from environment variables ``COCKPIT_…`` or a ``.env`` file."""

from __future__ import annotations

import difflib
import os
import re
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any, Literal

from pydantic import Field, ValidationError
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
