"""`python -m tajo.demo`: the main job on the embedded sandbox, as a stranger sees it."""

import argparse
import sys
from collections.abc import Sequence
from pathlib import Path

from rich.console import Console

from tajo.demo.acts import Show
from tajo.demo.ending import picture_of, table_of
from tajo.demo.platforms import PLATFORMS, plugin_settings
from tajo.demo.project import ROOT, Project
from tajo.demo.stage import sandbox
from tajo.report import write_page

CUSTOMERS, ORDERS, SEED = 2_000, 5_000, 1
FOLDER = ROOT / "out" / "demo"


def main(argv: Sequence[str] | None = None) -> int:
    """Run the three acts, write the page, print the table; 0 when every check holds.

    ``argv`` may name a platform; without one it is Shopify.
    """
    options = argparse.ArgumentParser(prog="python -m tajo.demo", allow_abbrev=False)
    options.add_argument("platform", nargs="?", choices=sorted(PLATFORMS), default="shopify")
    platform = PLATFORMS[options.parse_args(argv).platform]
    console = Console(highlight=False, soft_wrap=True)
    console.print(
        f"A {platform.label} store with {CUSTOMERS:,} customers and {ORDERS:,} orders, and an "
        "empty Brevo account:\nboth are stand-ins on this machine, nothing leaves it."
    )
    with sandbox(platform.name, customers=CUSTOMERS, orders=ORDERS, seed=SEED) as stage:
        settings = plugin_settings(stage.platform_url, stage.brevo_url, platform)
        project = Project.made_in(FOLDER / "project", settings)
        show = Show(project, stage, platform, lambda line: console.print(line, markup=False))
        show.first_load()
        show.nothing_new()
        show.a_few_changes()
        picture = picture_of(stage, show.runs)
    page = write_page(picture, FOLDER / "report.html")
    console.print("\nWhat landed in Brevo")
    console.print(table_of(picture))
    for run in picture.runs:
        for check in run.checks:
            if check.holds:
                console.print(f"[green]✓[/] {run.title}: {check.text}")
            else:
                saw = f"expected {check.expected}, saw {check.seen}"
                console.print(f"[red]✗[/] {run.title}: {check.text}: {saw}")
    console.print(f"\nThe whole picture: {shown(page)}")
    return 0 if picture.holds else 1


def shown(path: Path) -> str:
    """Return a path as short as it can be said from here."""
    try:
        return str(path.relative_to(Path.cwd()))
    except ValueError:
        return str(path)


if __name__ == "__main__":
    sys.exit(main())
