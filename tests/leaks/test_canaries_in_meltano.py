"""The same through Meltano at debug level: killed in the middle, and run again to the end."""

import os
import signal
import subprocess
import threading
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

import pytest

from tajo.demo.project import Project

LOADER = b"bin/target-brevo"


@dataclass(frozen=True)
class Story:
    """What was seen while Meltano ran, what it left when it was killed, and the run after that."""

    commands: list
    left: list
    holding: list
    printed: bytes
    again: subprocess.CompletedProcess
    folder: Path


@pytest.fixture(scope="module")
def project(scene, tmp_path_factory):
    folder = tmp_path_factory.mktemp("meltano")
    names = ("api key of Brevo", "access token of the shop", "token of another tap")
    key, token, stranger = (scene.secrets.words[name] for name in names)
    settings = {
        "TAP_SHOPIFY_TAJO_SHOP_URL": scene.store.domain,
        "TAP_SHOPIFY_TAJO_ACCESS_TOKEN": token,
        "TAP_SHOPIFY_TAJO_API_URL": scene.shopify_url,
        "TARGET_BREVO_API_URL": scene.brevo_url,
        "TAP_STRANGER_API_TOKEN": stranger,
        "MELTANO_CLI_LOG_LEVEL": "debug",
        # Where Meltano keeps logs of its own.
        "XDG_STATE_HOME": str(folder / "state"),
        "TMPDIR": str(folder),
    }
    made = Project.made_in(folder / "project", settings)
    logging = made.folder / "logging.yaml"
    text = logging.read_text()
    for name in (
        "class: tajo.console.Handler\n    ",
        "meltano.core.state_store:\n    ",
        "root:\n  ",
    ):
        start = text.index(f"{name}level: ") + len(name)
        text = f"{text[:start]}level: DEBUG{text[text.index(chr(10), start) :]}"
    logging.write_text(text)
    dotenv = made.folder / ".env"
    dotenv.write_text(f"TARGET_BREVO_API_KEY={key}\n")
    dotenv.chmod(0o600)
    return made


@pytest.fixture(scope="module")
def story(scene, project):
    words = ("run", "tap-shopify-tajo", "target-brevo")
    with (project.folder.parent / "printed").open("wb") as printed:
        meltano = subprocess.Popen(
            project.command(*words), cwd=project.folder, env=project.environment,
            stdout=printed, stderr=printed,
        )  # fmt: skip
    pause, commands = threading.Event(), []
    while not any(LOADER in line for line in commands):
        assert meltano.poll() is None
        commands += command_lines(meltano.pid)
        pause.wait(0.1)
    children = descendants(meltano.pid)
    for pid in (meltano.pid, *children):
        os.kill(pid, signal.SIGKILL)
    meltano.wait()
    left = sorted((project.folder / ".meltano" / "run").rglob("*.config.json"))
    holding = [bool(scene.secrets.found_in(path.read_bytes())) for path in left]
    again = subprocess.run(
        project.command("run", "--force", *words[1:]), cwd=project.folder,
        env=project.environment, capture_output=True, check=False,
    )  # fmt: skip
    text = (project.folder.parent / "printed").read_bytes()
    return Story(commands, left, holding, text, again, project.folder)


def descendants(root):
    """Children of a process, and theirs."""
    parents = {}
    for entry in Path("/proc").iterdir():
        if entry.name.isdigit():
            try:
                fields = (entry / "stat").read_text().rpartition(")")[2].split()
                parents[int(entry.name)] = int(fields[1])
            except OSError:
                continue  # it has ended meanwhile
    found = {root}
    while more := {pid for pid, parent in parents.items() if parent in found} - found:
        found |= more
    return sorted(found - {root})


def command_lines(root):
    lines = []
    for pid in descendants(root):
        with suppress(OSError):  # it has ended meanwhile
            lines.append(Path(f"/proc/{pid}/cmdline").read_bytes())
    return lines


def test_no_command_line_names_a_key_or_a_person(scene, story):
    ours = [line for line in story.commands if b"target-brevo" in line or b"tap-shopify" in line]

    assert {b"--config" in line for line in ours} == {True}
    assert scene.everything.found_in(b"\n".join(story.commands)) == []


def test_a_killed_meltano_leaves_keys_and_the_next_start_removes_them(story):
    assert [path.parent.name for path in story.left] == ["tap-shopify-tajo", "target-brevo"]
    assert story.holding == [True, True], "if Meltano cleans up by itself now, ours can go"
    assert [path for path in story.left if path.exists()] == []
    assert b"removed configuration files of a Meltano that was killed: 2" in (
        story.again.stdout + story.again.stderr
    )


def test_meltano_prints_nothing_of_a_person_or_a_key(scene, story):
    said = story.printed + story.again.stdout + story.again.stderr

    assert story.again.returncode == 0, said.decode()
    assert b"Invoking: [" in said, "Meltano has to run at debug level"
    assert scene.everything.found_in(said) == []


def test_meltano_keeps_nothing_of_a_person_or_a_key(scene, story):
    assert (story.folder / ".meltano" / "meltano.db").exists()
    assert (story.folder / ".meltano" / "brevo-ledger.db").exists()
    (story.folder / ".env").unlink()  # the one place for keys
    assert scene.everything.found_below(story.folder.parent) == {}
