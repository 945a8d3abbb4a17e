"""A store of accounts on each kind of database, and accounts in it whose passwords are hashed once for all tests."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from functools import cache

import pyotp
import pytest
from argon2 import PasswordHasher
from sqlalchemy import update

from cockpit.access.audit import Actor
from cockpit.settings import Settings
from data.access import invitations
from data.access.accounts import require_account
from data.access.keys import encrypt
from data.access.store import open_store
from data.database.access_tables import account
from data.database.engine import read_connection
from data.database.transactions import write_transaction

NOW = datetime(2026, 11, 30, 1)
ADMIN = Actor("管理员", "10.1.1.1")
PASSWORD = "xK7#mm2vQp9z"
SECRET = "JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP"


def minutes(number):
    return timedelta(minutes=number)


@cache
def password_hash():
    return PasswordHasher().hash(PASSWORD)


def code_at(moment, secret=SECRET):
    """Return the code that a telephone shows at a moment of UTC."""
    return pyotp.TOTP(secret).at(int(moment.replace(tzinfo=UTC).timestamp()))


@pytest.fixture
def store(engine, tmp_path, district):
    return open_store(Settings(state=tmp_path / "state"), engine, district)


@pytest.fixture
def add(store):
    """Return a function that makes an account with the password ``PASSWORD`` and, if wanted, the second factor ``SECRET``."""

    def adds(name, *roles, scope=(), sheets=(), has_second_factor=False, now=NOW):
        invitations.invite(store, name, roles, scope, sheets, ADMIN, now)
        one = find(store, name)
        values = {"password_hash": password_hash(), "password_changed_at": now}
        if has_second_factor:
            values["totp_secret"] = encrypt(store.keys.keys(), "totp", SECRET, str(one.id))
        with write_transaction(store.engine) as connection:
            connection.execute(update(account).where(account.c.id == one.id).values(values))
        return find(store, name)

    return adds


def find(store, name):
    with read_connection(store.engine) as connection:
        return require_account(connection, name)


def audited(store):
    """Return the actions in the audit with their results and details, the oldest first."""
    with store.engine.connect() as connection:
        rows = connection.exec_driver_sql("select account, action, result, object, detail from audit_record order by number")
        return [tuple(row) for row in rows]


def stored_text(store):
    """Return everything that the tables of access hold, as one text."""
    tables = ("account", "former_password", "invitation", "login_session", "login_failure", "recovery_code", "api_token", "quota",
              "audit_record")  # fmt: skip
    with store.engine.connect() as connection:
        return "".join(str(connection.exec_driver_sql(f"select * from {name}").all()) for name in tables)
