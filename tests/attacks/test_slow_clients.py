"""Clients that send slowly, or never, hold no thread: pages, walls and `/health` answer beside them. With real sockets."""

from __future__ import annotations

import socket
import threading
import time
import urllib.request

import pytest

from server.checks.limits import MAX_BODY_BYTES
from server.worker import REQUEST_SECONDS
from tests.conftest import Served

HALF = b"GET / HTTP/1.1\r\nHost: localhost\r\n"
HALF_BODY = b"POST /_dash-update-component HTTP/1.1\r\nHost: localhost\r\nContent-Length: 500\r\n\r\n{"
#: Generous: on an idle computer each takes some ten milliseconds. Held threads would take as long as the slow clients.
SECONDS = 15


@pytest.fixture(scope="module")
def cockpit(graded_url):
    served = Served(graded_url, COCKPIT_WORKERS="2", COCKPIT_THREADS="4")
    yield served
    served.stop()


@pytest.fixture
def clients(cockpit):
    """Open connections that have sent so much; closed at the end."""
    opened = []

    def connect(count, data):
        for _ in range(count):
            client = socket.create_connection(("127.0.0.1", cockpit.port))
            client.sendall(data)
            opened.append(client)
        return opened

    yield connect
    for client in opened:
        client.close()


def all_answer(cockpit):
    begin = time.monotonic()
    for path in ("/health", "/wall/live", "/wall/scene/0", "/_dash-layout", "/"):
        with urllib.request.urlopen(f"{cockpit.address}{path}", timeout=SECONDS) as response:
            assert response.status == 200
    return time.monotonic() - begin < SECONDS


def read_all(client):
    """Read until the server closes the connection."""
    client.settimeout(SECONDS)
    parts = []
    try:
        while part := client.recv(4096):
            parts.append(part)
    except ConnectionResetError:  # it doesn't read what is still coming
        pass
    return b"".join(parts)


@pytest.mark.parametrize(("count", "data"), [(8, HALF), (100, b""), (100, HALF), (100, HALF_BODY)])
def test_others_are_answered(cockpit, clients, count, data):
    clients(count, data)
    assert all_answer(cockpit)


def test_a_request_that_trickles_in_is_answered(cockpit, clients):
    (client,) = clients(1, b"")
    for part in (b"GET /hea", b"lth HTTP/1.1\r\n", b"Host: local", b"host\r\n\r\n"):
        client.sendall(part)
        time.sleep(0.05)
    assert client.recv(100).startswith(b"HTTP/1.1 200")


def test_more_connections_than_there_may_be_keep_nobody_out(cockpit, clients):
    """At the limit the one that has been still for longest makes room."""
    clients(2000, b"")
    assert all_answer(cockpit)


def test_a_body_that_is_too_large_is_refused_before_it_is_read(cockpit, clients):
    head = f"POST /_dash-update-component HTTP/1.1\r\nHost: localhost\r\nContent-Length: {MAX_BODY_BYTES + 1}\r\n\r\n"
    (client,) = clients(1, head.encode())
    answer = read_all(client)
    assert answer.startswith(b"HTTP/1.1 413")
    assert "请求太大".encode() in answer


def test_headers_are_bounded(cockpit, clients):
    (client,) = clients(1, HALF + b"X: " + b"a" * 40_000)
    assert b" 431 " in read_all(client).split(b"\r\n")[0]


def test_a_client_that_does_not_read_holds_no_thread(cockpit, clients):
    whole = b"GET /_dash-layout HTTP/1.1\r\nHost: localhost\r\nX-Cockpit-Address: /\r\n\r\n"
    clients(16, whole * 20)
    assert all_answer(cockpit)


def test_a_client_that_pipelines_large_files_and_does_not_read_holds_no_thread(cockpit, clients):
    """A packet has room for a hundred requests: their responses filled the buffer, and the thread waited."""
    clients(24, b"GET /assets/vendor/plotly.min.js HTTP/1.1\r\nHost: localhost\r\n\r\n" * 100)
    time.sleep(2)
    assert all_answer(cockpit)


def test_requests_that_are_pipelined_and_read_are_all_answered(cockpit, clients):
    (client,) = clients(1, b"GET /health HTTP/1.1\r\nHost: localhost\r\n\r\n" * 50)
    client.settimeout(SECONDS)
    responses = b""
    while responses.count(b"HTTP/1.1 200") < 50:
        part = client.recv(65536)
        assert part
        responses += part


@pytest.mark.soak
def test_what_has_not_arrived_in_time_is_closed(cockpit, clients):
    """Also where a byte comes now and then: the time runs from the first."""
    opened = clients(5, HALF) and clients(5, b"")
    stop = threading.Event()

    def trickle():
        while not stop.wait(1):
            for client in opened[:5]:
                try:
                    client.sendall(b"A")
                except OSError:
                    return

    thread = threading.Thread(target=trickle)
    thread.start()
    deadline = time.monotonic() + REQUEST_SECONDS + SECONDS
    closed = 0
    for client in opened:
        client.settimeout(max(deadline - time.monotonic(), 0.1))
        try:
            closed += client.recv(100) == b""
        except ConnectionError:
            closed += 1
    stop.set()
    thread.join()
    assert closed == len(opened)
