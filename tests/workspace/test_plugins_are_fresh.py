"""Plugin definitions are generated from the tables, so they can go stale: say when they did."""

from pathlib import Path

from tajo.plugins import plugins, stale

ROOT = Path(__file__).resolve().parents[2]


def test_the_lock_files_say_what_the_tables_say():
    assert stale(ROOT) == [], "run 'make plugins' and commit what it writes"


def test_every_setting_that_holds_a_secret_is_marked():
    words = ("token", "secret", "password", "api_key")
    unmarked = [
        f"{plugin.name}.{setting['name']}"
        for plugin in plugins()
        for setting in plugin.definition()["settings"]
        if any(word in setting["name"] for word in words) and not setting.get("sensitive")
    ]

    assert unmarked == []


def test_every_setting_says_in_words_what_it_is():
    silent = [
        f"{plugin.name}.{setting['name']}"
        for plugin in plugins()
        for setting in plugin.definition()["settings"]
        if len(setting.get("description", "")) < len("where it is found")
    ]

    assert silent == []


def test_meltano_starts_commands_of_this_checkout_only():
    text = (ROOT / "meltano.yml").read_text(encoding="utf-8")

    assert "pip_url" not in text, "our own plugins live in .venv, locked with hashes"
    assert "send_anonymous_usage_stats: false" in text
