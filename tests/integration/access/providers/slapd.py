"""Debian's slapd with a tree of its own: one listens for StartTLS, one for ldaps, both with a certificate of a CA of ours."""

from __future__ import annotations

import ipaddress
import shutil
import socket
import subprocess
import time
from datetime import UTC, datetime, timedelta
from pathlib import Path

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID
from ldap3 import Connection, Server

from data.access.providers.ldap import LdapDirectory, LdapSettings
from tests.conftest import free_port

BASE = "dc=linping,dc=example"
ADMIN, SEARCHER = f"cn=admin,{BASE}", f"cn=cockpit,{BASE}"
PASSWORD = "Adm1n-of-the-tree"
_BINARY = "/usr/sbin/slapd"
_CONFIGURATION = """
include /etc/ldap/schema/core.schema
include /etc/ldap/schema/cosine.schema
include /etc/ldap/schema/inetorgperson.schema
modulepath /usr/lib/ldap
moduleload back_mdb
pidfile {folder}/slapd.pid
TLSCACertificateFile {folder}/ca.pem
TLSCertificateFile {folder}/server.pem
TLSCertificateKeyFile {folder}/server.key
security simple_bind=1
database mdb
maxsize 16777216
suffix "{base}"
rootdn "{admin}"
rootpw {password}
directory {folder}/data
sizelimit 500
access to attrs=userPassword by self write by anonymous auth by * none
access to * by dn.exact="{searcher}" read by * none
"""


class Slapd:
    """The server; ``directory`` connects to it as the product does."""

    def __init__(self, folder: Path):
        assert Path(_BINARY).exists(), "slapd is missing: tests/system_packages.sh installs it"
        self.folder = folder
        (folder / "data").mkdir()
        _make_certificates(folder)
        text = _CONFIGURATION.format(folder=folder, base=BASE, admin=ADMIN, searcher=SEARCHER, password=PASSWORD)
        (folder / "slapd.conf").write_text(text, encoding="utf-8")
        # A copy: where AppArmor confines slapd, by its path, it may read nothing here.
        binary = shutil.copy(_BINARY, folder / "slapd")
        self.port, self.tls_port = free_port(), free_port()
        addresses = f"ldap://127.0.0.1:{self.port}/ ldaps://127.0.0.1:{self.tls_port}/"
        # With -d it stays in the foreground, as this process's child.
        self.process = subprocess.Popen(
            [str(binary), "-d", "0", "-f", str(folder / "slapd.conf"), "-h", addresses],
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
        )
        self._wait()
        self._fill()

    def _wait(self):
        for _ in range(200):
            try:
                socket.create_connection(("127.0.0.1", self.tls_port), 1).close()
                return
            except OSError:
                assert self.process.poll() is None, "slapd has ended"
                time.sleep(0.05)
        raise AssertionError("slapd didn't start")

    def _fill(self):
        with self.administrator() as tree:
            tree.add(BASE, ["dcObject", "organization"], {"dc": "linping", "o": "临平"})
            for name in ("people", "groups", "elsewhere"):
                tree.add(f"ou={name},{BASE}", "organizationalUnit")
            tree.add(SEARCHER, ["organizationalRole", "simpleSecurityObject"], {"userPassword": "Search-only-1"})
        self.add("zhangsan", "Zhang-pass-1", "经信领导")
        self.add("lisi", "Li-pass-2")
        self.add("odd*(name)\\,", "Odd-pass-3")

    def administrator(self):
        settings = {"user": ADMIN, "password": PASSWORD}
        return self.directory(**settings)._bound(ADMIN, PASSWORD)

    def add(self, name, password, *groups, unit="people"):
        """Add a person to the tree, and to groups."""
        person = self.dn(name, unit)
        with self.administrator() as tree:
            tree.read_only = False
            values = {"uid": name, "sn": name, "cn": name, "userPassword": password}
            tree.add(person, "inetOrgPerson", values)
            for group in groups:
                tree.add(f"cn={group},ou=groups,{BASE}", "groupOfNames", {"member": person})

    @staticmethod
    def dn(name, unit="people"):
        escaped = "".join(f"\\{c}" if c in ',+"\\<>;=' else c for c in name)
        return f"uid={escaped},ou={unit},{BASE}"

    def directory(self, **changes):
        values = {
            "url": f"ldaps://127.0.0.1:{self.tls_port}",
            "label": "单位账号",
            "ca": str(self.folder / "ca.pem"),
            "user": SEARCHER,
            "password": "Search-only-1",
            "base": f"ou=people,{BASE}",
            "account": "uid",
            "condition": "(objectClass=person)",
            "identifier": "entryUUID",
            "group_base": f"ou=groups,{BASE}",
            "group_condition": "(member={dn})",
        }
        return LdapDirectory(LdapSettings(**values | changes))

    def stop(self):
        self.process.terminate()
        self.process.wait(20)


def plain_connection(port):
    """Connect without TLS: for what the server thinks of that."""
    return Connection(Server("127.0.0.1", port))


def _make_certificates(folder):
    """Make a CA, a certificate for 127.0.0.1, and another CA that signed nothing."""
    ca_key = _certificate(folder / "ca", "CA", None, None)
    _certificate(folder / "server", "127.0.0.1", ca_key, "CA")
    _certificate(folder / "other", "Other CA", None, None)


def _certificate(path, name, issuer_key, issuer):
    key, now = ec.generate_private_key(ec.SECP256R1()), datetime.now(UTC)
    builder = (
        x509.CertificateBuilder()
        .subject_name(_name(name))
        .issuer_name(_name(issuer or name))
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - timedelta(days=1))
        .not_valid_after(now + timedelta(days=2))
        .add_extension(x509.BasicConstraints(ca=issuer is None, path_length=None), critical=True)
    )
    if issuer is not None:
        address = x509.IPAddress(ipaddress.ip_address(name))
        builder = builder.add_extension(x509.SubjectAlternativeName([address]), critical=False)
    certificate = builder.sign(issuer_key or key, hashes.SHA256())
    path.with_suffix(".pem").write_bytes(certificate.public_bytes(serialization.Encoding.PEM))
    private = (serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption())
    path.with_suffix(".key").write_bytes(key.private_bytes(*private))
    return key


def _name(text):
    return x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, text)])
