"""Processes that begin with everything imported already: a case costs its run and not its start.

One process imports the commands and then forks for each run. What comes out is a process of its
own in every respect (descriptors, signals, group, exit code); only the seconds of the interpreter's
start are saved. Strikes by time and all of Meltano's runs begin from nothing all the same.
"""

import gc
import json
import os
import signal
import socket
import subprocess
import sys
import threading
from contextlib import contextmanager, suppress
from importlib import import_module
from importlib.metadata import entry_points
from pathlib import Path
from pkgutil import walk_packages

COMMANDS = ("tap-shopify-tajo", "target-brevo", "tajo-mapping")
ROOMS = ("tajo_connector_sdk", "tajo_mapping", "target_brevo", "tap_shopify_tajo")
# What our modules import at the moment at which they need it.
LATE = (
    "cryptography.hazmat.primitives.ciphers.aead",
    "cryptography.hazmat.primitives.kdf.hkdf",
    "phonenumbers",
    "yaml",
)
_LONGEST = 1 << 16


class Nursling:
    """A forked process, with the part of ``subprocess.Popen`` that the harness uses."""

    def __init__(self, ask, pid):
        self._ask = ask
        self.pid = pid
        self.returncode = None

    def poll(self):
        """The exit code, or None while it runs."""
        if self.returncode is None:
            self.returncode = self._ask({"poll": self.pid})
        return self.returncode

    def wait(self):
        """Wait for the end; the exit code."""
        pause = threading.Event()
        while self.poll() is None:
            pause.wait(0.005)
        return self.returncode


class Nursery:
    """The near end: orders over a socket, one answer each."""

    def __init__(self, connection):
        self._connection = connection
        self._lock = threading.Lock()

    def start(self, words, descriptors, *, group=0, deaf=()):
        """Fork a process that runs ``words`` (command and its arguments) on 0, 1 and 2.

        ``group`` 0 makes a group of its own; ``deaf``: signals that are inherited as ignored.
        """
        order = {"words": words, "group": group, "deaf": [*deaf]}
        return Nursling(self._ask, self._ask(order, descriptors))

    def _ask(self, order, descriptors=()):
        with self._lock:
            socket.send_fds(self._connection, [json.dumps(order).encode()], descriptors)
            return json.loads(self._connection.recv(_LONGEST))


@contextmanager
def nursery():
    """Yield a nursery; it ends with whoever holds it."""
    near, far = socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET)
    with near:
        words = [sys.executable, str(Path(__file__)), str(far.fileno())]
        with far:
            process = subprocess.Popen(words, pass_fds=[far.fileno()], start_new_session=True)
        try:
            yield Nursery(near)
        finally:
            near.close()
            process.wait()


def _serve(connection):
    """Take orders until the near end is gone; returns only in a forked process."""
    commands = {
        point.name: point
        for point in entry_points(group="console_scripts")
        if point.name in COMMANDS
    }
    # The modules and no command: singer-sdk sets up its logging when one is asked for.
    for name in (*(each.module for each in commands.values()), *LATE, *_parts()):
        import_module(name)
    gc.collect()
    gc.freeze()
    codes = {}
    while message := socket.recv_fds(connection, _LONGEST, 3):
        text, descriptors, *_ = message
        if not text:
            sys.exit(0)
        order = json.loads(text)
        if "poll" in order:
            connection.send(json.dumps(_exit_code(order["poll"], codes)).encode())
            continue
        pid = os.fork()
        if pid == 0:
            connection.close()
            _become(order, descriptors)
            return commands[Path(order["words"][0]).name].load()
        codes.pop(pid, None)
        with suppress(OSError):  # it has done so itself, or is gone
            os.setpgid(pid, order["group"] or pid)
        for each in descriptors:
            os.close(each)
        connection.send(json.dumps(pid).encode())
    return None


def _parts():
    """The modules of our rooms: most of them are imported only when a run begins."""
    for room in map(import_module, ROOMS):
        for found in walk_packages(room.__path__, f"{room.__name__}."):
            # Migrations run inside Alembic, and nowhere else.
            if "migrations" not in found.name:
                yield found.name


def _exit_code(pid, codes):
    """The exit code or None; ``codes`` holds those of the ended, as two may ask at once."""
    if pid not in codes:
        ended, status = os.waitpid(pid, os.WNOHANG)
        if not ended:
            return None
        codes[pid] = os.waitstatus_to_exitcode(status)
    return codes[pid]


def _become(order, descriptors):
    with suppress(OSError):  # the other side was faster, or the group has ended
        os.setpgid(0, order["group"])
    for number in order["deaf"]:
        signal.signal(number, signal.SIG_IGN)
    for number, descriptor in enumerate(descriptors):
        os.dup2(descriptor, number)
        os.close(descriptor)
    sys.argv = order["words"]


if __name__ == "__main__":
    run = _serve(socket.socket(fileno=int(sys.argv[1])))
    sys.exit(run())
