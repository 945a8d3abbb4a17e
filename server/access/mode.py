"""Whether the cockpit opens without a login: as set, else only for demonstration data on this computer alone."""

from __future__ import annotations

import ipaddress

from sqlalchemy import Engine, func, select

from cockpit.district.district import District
from cockpit.errors import SettingsError
from cockpit.names import DEMONSTRATION
from cockpit.settings import Settings
from data.database.engine import read_connection
from data.database.tables import batch


def opens_without_login(settings: Settings, engine: Engine, district: District) -> bool:
    """Return whether everyone is 演示用户.

    Raises ``SettingsError`` where that is set but other computers could connect.
    """
    if settings.access == "login":
        return False
    if settings.access == "open":
        if not is_loopback(settings.host):
            raise SettingsError(
                f"COCKPIT_ACCESS=open 时不登录，只能在本机打开，不能监听 {settings.host}。"
                "请把 COCKPIT_HOST 改为 127.0.0.1，或改为 COCKPIT_ACCESS=login。"
            )
        return True
    return is_loopback(settings.host) and district.demonstration and not has_other_data(engine)


def is_loopback(host: str) -> bool:
    """Return whether only this computer can connect to what listens there."""
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"


def has_other_data(engine: Engine) -> bool:
    """Return whether anything but demonstration data was ever published, withdrawn batches included."""
    others = select(func.count()).select_from(batch).where(batch.c.published_by != DEMONSTRATION)
    with read_connection(engine) as connection:
        return bool(connection.scalar(others))
