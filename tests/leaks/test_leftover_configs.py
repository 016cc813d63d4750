"""What a killed Meltano leaves behind is removed; what anybody still needs is not."""

import logging
import os
import stat
import time
from pathlib import Path

import pytest

from tajo_connector_sdk.leftovers import (
    Process,
    leftovers,
    living_processes,
    run_folder,
    tidy,
)
from tajo_connector_sdk.tap import make_tap
from tap_shopify_tajo import SHOPIFY
from target_brevo.target import TargetBrevo

UUID = "01a20ea2-9671-78c1-8b26-2cb05b330e68"
# Long ago, so that no real Meltano on this machine can have written it.
NOW = 1_000_000_000.0
MELTANO = ("/venv/bin/python", "/venv/bin/meltano", "run", "tap-x", "target-y")
MINE = tuple(Path("/proc/self/cmdline").read_bytes().decode(errors="replace").split("\0"))


@pytest.fixture
def config(tmp_path):
    """Meltano's configuration file of one plugin, written at NOW."""

    def made(plugin="target-brevo", kind="target", uuid=UUID, at=NOW):
        path = tmp_path / ".meltano" / "run" / plugin / f"{kind}.{uuid}.config.json"
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text('{"api_key": "xkeysib-left"}')
        os.utime(path, (at, at))
        return path

    return made


IN_USE = {
    "the Meltano that wrote it lives": Process(NOW - 5, MELTANO),
    "its plugin lives on without Meltano": Process(
        NOW - 60,
        ("/venv/bin/target-brevo", "--config", f"/p/run/x/target.{UUID}.config.json"),
    ),
    "Meltano was started as a module": Process(NOW - 5, ("python3", "-m", "meltano", "run")),
    "the two clocks cannot tell": Process(NOW + 0.03, MELTANO),
}


@pytest.mark.parametrize("process", IN_USE.values(), ids=IN_USE)
def test_a_file_in_use_is_no_leftover(config, process):
    folder = run_folder(config())

    assert leftovers(folder, [process]) == []


LEFT = {
    "another Meltano began later": Process(NOW + 5, MELTANO),
    "a Meltano of another project": Process(NOW - 5, MELTANO, Path("/elsewhere")),
    "somebody works in a folder of that name": Process(
        NOW - 5, ("vim", "x", "y", "/meltano/notes")
    ),
    "another plugin's file is named": Process(
        NOW - 5, ("tap", "--config", "tap.other.config.json")
    ),
}


@pytest.mark.parametrize("process", LEFT.values(), ids=LEFT)
def test_a_file_that_nobody_needs_is_one(config, process):
    path = config()

    assert leftovers(run_folder(path), [process]) == [path]


def test_where_processes_cannot_be_listed_nothing_counts_as_left_behind(config, tmp_path):
    folder = run_folder(config())

    assert living_processes(tmp_path / "no-proc") == []
    assert leftovers(folder, []) == []


def test_only_meltanos_own_files_are_taken(config, tmp_path):
    config().with_name("config.json").write_text("{}")
    config().with_name("target.mine.config.json").write_text("{}")

    assert leftovers(tmp_path / ".meltano" / "run", [Process(NOW + 9, MELTANO)]) == [config()]
    assert run_folder(tmp_path / "config.json") is None
    assert run_folder(tmp_path / "elsewhere" / "x" / config().name) is None


@pytest.mark.parametrize("command", [TargetBrevo, make_tap(SHOPIFY)], ids=["loader", "tap"])
def test_whoever_starts_next_removes_them(config, command, caplog, capfd):
    left = [config(), config("tap-foreign", "tap")]
    own = config("ours", "tap", "01a20ea2-9671-78c1-8b26-000000000001", at=time.time())
    own.write_text("{}")
    with pytest.raises(SystemExit):
        command.get_singer_command().main(["--config", str(own)])

    assert [path for path in left if path.exists()] == []
    assert own.exists(), "a file that was written a moment ago belongs to a run"
    assert "removed configuration files of a Meltano that was killed: 2" in caplog.text
    assert "xkeysib-left" not in caplog.text + "".join(capfd.readouterr())


def test_others_cannot_look_into_the_folder_from_then_on(config):
    path = config(at=time.time())
    path.parent.parent.chmod(0o755)
    tidy(path, logging.getLogger("tidy"))

    assert stat.S_IMODE(path.parent.parent.stat().st_mode) == 0o700


def test_a_meltano_of_the_same_project_may_need_it(config, tmp_path):
    process = Process(NOW - 5, MELTANO, tmp_path)

    assert leftovers(run_folder(config()), [process]) == []


def test_the_project_of_a_process_is_where_it_works(tmp_path, monkeypatch):
    (tmp_path / "meltano.yml").touch()
    (tmp_path / "below").mkdir()
    monkeypatch.chdir(tmp_path / "below")
    me = [each for each in living_processes() if each.words == MINE]

    assert tmp_path.resolve() in {each.project for each in me}


def test_this_process_is_among_the_living():
    me = [each for each in living_processes() if each.words == MINE]

    assert me
    assert all(NOW < each.began <= time.time() for each in me)
