"""Our plugins beside other people's: any Singer target, any Singer tap, one mapper between."""

import json

import pytest


def lines_of(folder):
    return {
        path.stem: [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines()]
        for path in folder.glob("*.jsonl")
    }


def test_the_tap_works_with_a_foreign_target(run, project, sandbox):
    done = run("tap-shopify-tajo", "target-jsonl", TARGET_JSONL_DESTINATION_PATH="raw")

    assert done.returncode == 0
    written = lines_of(project.folder / "raw")
    ids = [record["id"] for record in written["customers"]]
    assert sorted(row.gid for row in sandbox.store.customers.values()) == sorted(ids)
    assert len(sandbox.store.orders) == len(written["orders"])


@pytest.fixture(scope="module")
def mapped(run):
    """The same store through the mapper, once into files and once into Brevo."""
    into_files = run("--full-refresh", "tap-shopify-tajo", "to-brevo", "target-jsonl")
    into_brevo = run("tap-shopify-tajo", "to-brevo", "target-brevo")
    return into_files.returncode, into_brevo.returncode


def test_the_mapper_shows_exactly_what_brevo_gets(mapped, project, sandbox):
    assert mapped == (0, 0)
    shown = {record["id"] for record in lines_of(project.folder / "out")["orders"]}
    assert shown == set(sandbox.brevo.orders)


def test_what_the_mapper_made_is_not_mapped_a_second_time(mapped, difference):
    assert mapped == (0, 0)
    assert difference() == []


def test_a_foreign_tap_with_a_stream_called_contacts_needs_no_mapping(
    run, project, tmp_path, sandbox
):
    people = tmp_path / "people.jsonl"
    people.write_text(
        '{"id": 1, "email": "Ada@example.org", "FIRSTNAME": "Ada"}\n'
        '{"id": 2, "email": "grace@example.org", "FIRSTNAME": "Grace"}\n',
        encoding="utf-8",
    )
    definition = f"""
  - name: tap-jsonl
    namespace: tap_jsonl
    executable: .venv-foreign/tap-jsonl/bin/tap-jsonl
    capabilities: [catalog, discover, state]
    settings:
    - {{name: path, value: {people}}}
    - {{name: stream_name, value: contacts}}
    - {{name: primary_keys, kind: array, value: [id]}}
"""
    path = project.folder / "meltano.yml"
    text = path.read_text(encoding="utf-8")
    path.write_text(text.replace("  loaders:\n", definition.lstrip("\n") + "  loaders:\n"))

    done = run("tap-jsonl", "target-brevo")

    assert done.returncode == 0
    assert sandbox.brevo.contact("ada@example.org").attributes["FIRSTNAME"] == "Ada"
    assert sandbox.brevo.contact("grace@example.org").attributes["FIRSTNAME"] == "Grace"
    assert not sandbox.brevo.contact("ada@example.org").email_blacklisted
