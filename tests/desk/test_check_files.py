"""Files with keys or hashes of persons that everybody can read are told before a run."""

import pytest

UUID = "01a20ea2-9671-78c1-8b26-2cb05b330e68"


@pytest.fixture
def project(desk, monkeypatch):
    """A Meltano project in the desk's folder, every file and folder of it closed to others."""
    monkeypatch.setattr("target_brevo.desk.exposure.TOP", desk.folder)
    monkeypatch.setenv("MELTANO_PROJECT_ROOT", str(desk.folder))
    monkeypatch.setenv("MELTANO_SYS_DIR_ROOT", str(desk.folder / ".meltano"))
    run = desk.folder / ".meltano" / "run" / "target-brevo"
    run.mkdir(parents=True)
    files = {
        ".env": desk.folder / ".env",
        "state": desk.folder / ".meltano" / "meltano.db",
        "Meltano's settings": run / f"target.{UUID}.config.json",
        "ledger": desk.folder / "state" / "ledger.db",
        "own settings": desk.folder / "config.json",
    }
    desk.run("check")
    for path in files.values():
        path.parent.chmod(0o755)
        path.touch()
        path.chmod(0o600)
    return files


def findings(said):
    return [each for each in said.facts["findings"] if each["what"] in {"file", "files"}]


@pytest.mark.usefixtures("project")
def test_closed_files_are_well(desk):
    (found,) = findings(desk.run("check", "--json"))

    assert found["state"] == "ok"


NAMES = (".env", "state", "Meltano's settings", "ledger", "own settings")


@pytest.mark.parametrize("name", NAMES)
def test_a_file_that_everybody_can_read_is_a_warning(desk, project, name):
    project[name].chmod(0o644)
    said = desk.run("check", "--json")
    (found,) = findings(said)

    assert found["state"] == "warning"
    assert str(project[name]) in found["says"]
    assert "chmod" in found["do"]
    assert said.code == 0, "a warning stops nothing"


def test_behind_a_closed_folder_nobody_reads_anything(desk, project):
    for path in project.values():
        path.chmod(0o644)
    for folder in {path.parent for path in project.values()} - {desk.folder}:
        folder.chmod(0o700)
    told = {each["says"].rpartition("/")[2] for each in findings(desk.run("check", "--json"))}

    assert told == {".env", "config.json"}
