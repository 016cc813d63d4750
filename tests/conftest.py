"""What tests of several rooms need: a real PostgreSQL server, and commands that start at once.

A loud word is said when there is no server.
"""

import contextlib
import os
import shutil
import signal
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import quote

import pytest

# Tests are imported by their path, so that a package beside them is not found by itself.
sys.path.insert(0, str(Path(__file__).with_name("shared")))

# Thousands of ledgers are made and thrown away: in memory nobody waits until they are on the disk.
MEMORY = Path("/dev/shm")  # noqa: S108 - folders of this run alone are made there
ROOM = 2 << 30  # bytes; a run takes a tenth of this
PASSWORD = "made up for this server"
MISSING = "no PostgreSQL server was found, so the ledger was not tested on one: "
INSTALL = "install Debian's 'postgresql', or put initdb and postgres on the PATH"
# initdb and postgres refuse to run as root.
USERS = ("postgres", "nobody")
_SETTINGS = ("fsync=off", "full_page_writes=off", "synchronous_commit=off", "listen_addresses=")


@dataclass
class PostgresServer:
    """A server of this test run alone, reached by a socket in a folder of its own."""

    folder: Path
    process: subprocess.Popen
    made: list[str] = field(default_factory=list)

    def url(self, *, password: str = PASSWORD, schema: str = "") -> str:
        """The URL of a ledger on this server, in a schema that nobody else has."""
        if not schema:
            schema = f"ledger{len(self.made)}"
            self.run(f"CREATE SCHEMA {schema}")
            self.made.append(schema)
        options = quote(f"-csearch_path={schema}")
        place = f"host={quote(str(self.folder))}&options={options}"
        return f"postgresql://tajo:{quote(password)}@/postgres?{place}"

    def run(self, sql: str) -> None:
        psycopg = pytest.importorskip("psycopg")
        login = {"host": str(self.folder), "user": "tajo", "password": PASSWORD}
        with psycopg.connect(dbname="postgres", autocommit=True, **login) as connection:
            connection.execute(sql)


def binaries() -> Path | None:
    found = shutil.which("initdb")
    places = [Path(found).resolve().parent] if found else []
    places += sorted(Path("/usr/lib/postgresql").glob("*/bin"), reverse=True)
    return next((each for each in places if (each / "postgres").exists()), None)


def _other_user() -> dict:
    if os.geteuid() != 0:
        return {}
    import pwd  # noqa: PLC0415 - there is none on every system

    known = {each.pw_name: each for each in pwd.getpwall()}
    user = next(known[name] for name in USERS if name in known)
    return {"user": user.pw_uid, "group": user.pw_gid, "extra_groups": []}


def start(programs: Path, folder: Path) -> PostgresServer:
    as_user = _other_user()
    secret = folder / "password"
    secret.write_text(PASSWORD)
    if as_user:
        for path in (folder, secret):
            os.chown(path, as_user["user"], as_user["group"])
    quiet = {"cwd": folder, "stdin": subprocess.DEVNULL, **as_user}
    initdb = [programs / "initdb", "-D", folder / "data", "-U", "tajo", "--no-sync", "--no-locale"]
    initdb += ["-E", "UTF8", "-A", "scram-sha-256", f"--pwfile={secret}"]
    subprocess.run(initdb, check=True, capture_output=True, **quiet)
    settings = [part for each in _SETTINGS for part in ("-c", each)]
    with (folder / "log").open("wb") as log:
        process = subprocess.Popen(
            [programs / "postgres", "-D", folder / "data", "-k", folder, *settings],
            stdout=log, stderr=log, **quiet,
        )  # fmt: skip
    ready = [programs / "pg_isready", "-h", folder, "-t", "30", "-q"]
    for _ in range(300):
        if subprocess.run(ready, check=False, **quiet).returncode == 0:
            return PostgresServer(folder, process)
        with contextlib.suppress(subprocess.TimeoutExpired):
            process.wait(0.1)
            break
    process.kill()
    raise RuntimeError((folder / "log").read_text())


@pytest.fixture(scope="session")
def postgres() -> Iterator[PostgresServer]:
    """A PostgreSQL server, started when the first test asks for it."""
    programs = binaries()
    if programs is None:
        pytest.skip(MISSING + INSTALL)
    folder = Path(tempfile.mkdtemp(prefix="tajo-postgres-"))
    server = start(programs, folder)
    yield server
    # Its "fast" end: the usual one waits until every client has gone.
    server.process.send_signal(signal.SIGINT)
    server.process.wait(30)
    shutil.rmtree(folder, ignore_errors=True)


@pytest.hookimpl(tryfirst=True)
def pytest_configure(config) -> None:
    """Put temporary files into memory, where there is plenty and nobody has said otherwise."""
    if {"TMPDIR", "PYTEST_DEBUG_TEMPROOT"} & os.environ.keys() or config.option.basetemp:
        return
    # Plugins are started from there: some systems let nothing be started from memory.
    if not os.access(MEMORY, os.W_OK) or os.statvfs(MEMORY).f_flag & os.ST_NOEXEC:
        return
    if shutil.disk_usage(MEMORY).free > ROOM:
        os.environ["TMPDIR"] = tempfile.tempdir = str(MEMORY)


def pytest_terminal_summary(terminalreporter) -> None:
    """Say it at the end, where it is read: a skipped test alone is overlooked."""
    skipped = terminalreporter.stats.get("skipped", ())
    if any(MISSING in str(each.longrepr) for each in skipped):
        terminalreporter.write_line(f"WARNING: {MISSING}{INSTALL}", yellow=True, bold=True)


@pytest.fixture(params=["sqlite", "postgresql"])
def ledger_url(request, tmp_path) -> str:
    """The URL of a new ledger, on each of the two databases."""
    if request.param == "sqlite":
        return f"sqlite:///{tmp_path / 'state' / 'ledger.db'}"
    return request.getfixturevalue("postgres").url()


@pytest.fixture
def clean_shell(monkeypatch):
    """Keep what a person has exported for a tap out of its tests."""
    for name in [name for name in os.environ if name.startswith("TAP_")]:
        monkeypatch.delenv(name)


@pytest.fixture(scope="session")
def nursery():
    """Where processes are born with everything imported, for all tests of this worker."""
    # Tests are imported by their path, so that a package among them is not found by itself.
    sys.path.insert(0, str(Path(__file__).with_name("faults")))
    from fault_harness.nursery import nursery as opened  # noqa: PLC0415 - as said

    with opened() as made:
        yield made


@pytest.fixture(scope="session")
def ended(nursery):
    """A function that runs one of our commands to its end: a process of its own, no start-up."""

    import commands  # noqa: PLC0415 - as said

    def run(command: str, arguments: list, lines: str = "") -> subprocess.CompletedProcess:
        return commands.ran(nursery, [str(command), *map(str, arguments)], lines)

    return run


@pytest.fixture
def begun(nursery):
    """A function that begins one of our commands, with pipes to its ends; it ends with the test."""
    import commands  # noqa: PLC0415 - as said

    with contextlib.ExitStack() as stack:

        def begin(command: str, arguments: list, deaf: tuple = ()) -> commands.Begun:
            made = commands.Begun(nursery, [str(command), *map(str, arguments)], deaf)
            stack.callback(made.let_go)
            return made

        yield begin
