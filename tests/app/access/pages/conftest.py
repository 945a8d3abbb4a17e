"""A server with accounts of its own, and clients that are logged in."""

from __future__ import annotations

import re

import pytest
from sqlalchemy import update

from app import create_application
from cockpit.access.audit import Actor
from cockpit.settings import Settings
from data.access import invitations, login, sessions
from data.access.accounts import require_account
from data.access.keys import encrypt
from data.access.sessions import Client
from data.access.store import open_store
from data.database.access_tables import account
from data.database.engine import open_engine, read_connection
from data.database.transactions import utc_now, write_transaction
from tests.integration.access.conftest import PASSWORD, SECRET, password_hash

ADMIN = Actor("命令行:测试", "本机")
HERE = Client("127.0.0.1", "Mozilla/5.0 (Windows NT 10.0) Chrome/130.0")


class Site:
    """A server over an empty database, its store, and people who are logged in with a session of the store."""

    def __init__(self, folder, district, **settings):
        settings = Settings(database_url=f"sqlite:///{folder}/c.sqlite3", access="login", state=folder / "state", **settings)
        self.server = create_application(settings).server
        self.store = open_store(settings, open_engine(settings.database_url), district)

    def add(self, name, *roles, scope=(), sheets=(), changed=None, has_second_factor=True):
        """Make an account that can log in with ``PASSWORD``."""
        invitations.invite(self.store, name, roles, scope, sheets, ADMIN, utc_now())
        one = self.find(name)
        values = {"password_hash": password_hash(), "password_changed_at": changed or utc_now()}
        if has_second_factor:
            values["totp_secret"] = encrypt(self.store.keys.keys(), "totp", SECRET, str(one.id))
        with write_transaction(self.store.engine) as connection:
            connection.execute(update(account).where(account.c.id == one.id).values(values))
        return self.find(name)

    def find(self, name):
        with read_connection(self.store.engine) as connection:
            return require_account(connection, name)

    def client(self, name):
        """Return a browser that is logged in as the account."""
        one = self.find(name)
        with write_transaction(self.store.engine) as connection:
            token = sessions.begin(connection, one.id, HERE, utc_now())
        browser = self.server.test_client()
        browser.set_cookie("session", token)
        return browser

    def recorded(self, *columns):
        """Return the columns of the audit's records, the oldest first."""
        with self.store.engine.connect() as connection:
            query = f"select {', '.join(columns)} from audit_record order by number"
            return [tuple(row) for row in connection.exec_driver_sql(query)]

    def can_log_in(self, name, password):
        try:
            login.log_in(self.store, name, password, "", HERE, utc_now())
        except Exception as error:
            return str(error)
        return True


@pytest.fixture
def site(district, tmp_path):
    return Site(tmp_path, district)


def csrf(text):
    """Return the token of a page's forms."""
    return re.search(r'name="csrf_token" value="([^"]+)"', text)[1]


def post(client, page, address, **fields):
    """Send a form of a page."""
    return client.post(address, data={"csrf_token": csrf(client.get(page).text)} | fields)


__all__ = ["ADMIN", "HERE", "PASSWORD", "Site", "csrf", "post"]
