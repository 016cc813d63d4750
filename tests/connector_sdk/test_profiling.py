"""A flame graph of a run, from a command that needs not know of it."""

import threading
from xml.etree import ElementTree as ET

import pytest
from click.testing import CliRunner

from tajo_connector_sdk.profiling import Profile
from tajo_connector_sdk.tap import make_tap
from target_brevo.target import TargetBrevo


def test_the_wider_a_box_the_more_time_was_spent_there(tmp_path):
    profile, hold, there = Profile("it", tmp_path / "it.svg"), threading.Event(), threading.Event()

    def waits_here():
        there.set()
        hold.wait()

    thread = threading.Thread(target=waits_here, name="lane-3")
    thread.start()
    there.wait()
    for _ in range(4):
        profile.take()
    hold.set()
    thread.join()
    profile.stacks[("lane", "elsewhere")] += 4
    profile.finish()

    picture = ET.parse(tmp_path / "it.svg")  # noqa: S314 - we have just written it
    widths = {
        group[0].text.rpartition(":")[0].rpartition(".")[2]: float(group[1].get("width"))
        for group in picture.iter("{http://www.w3.org/2000/svg}g")
    }
    assert widths["waits_here"] == widths["elsewhere"]
    assert widths["lane"] == pytest.approx(2 * widths["elsewhere"], abs=0.2)
    assert widths["all"] >= widths["lane"]


@pytest.mark.parametrize("name", ["tap-acme-tajo", "target-brevo"])
@pytest.mark.parametrize("way", ["option", "variable"])
def test_both_commands_write_one(name, way, connector, tmp_path):
    command = make_tap(connector) if name.startswith("tap") else TargetBrevo
    said = ["--about"] + (["--profile", str(tmp_path / "new")] if way == "option" else [])
    environment = {"TAJO_PROFILE": str(tmp_path / "new")} if way == "variable" else {}

    CliRunner().invoke(command.get_singer_command(), said, env=environment)

    root = ET.parse(tmp_path / "new" / f"{name}.svg").getroot()  # noqa: S314 - as above
    assert root.tag.endswith("svg")
    assert name in root[0].text


def test_a_folder_that_cannot_be_is_said(connector, tmp_path, caplog):
    (tmp_path / "file").write_text("")

    command = make_tap(connector).get_singer_command()
    ended = CliRunner().invoke(command, ["--about", "--profile", str(tmp_path / "file" / "x")])

    assert ended.exit_code == 2
    assert "--profile" in caplog.text
