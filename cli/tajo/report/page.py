"""Renders a picture as one HTML file that needs nothing else, not even a network."""

from pathlib import Path

from jinja2 import Environment, PackageLoader, StrictUndefined

from tajo.report.picture import Picture


def write_page(picture: Picture, path: Path) -> Path:
    """Write the page to ``path`` (its folder is made) and return the path."""
    environment = Environment(
        loader=PackageLoader("tajo.report", "."), autoescape=True, undefined=StrictUndefined
    )
    environment.filters["figure"] = lambda number: f"{number:,}"
    path.parent.mkdir(parents=True, exist_ok=True)
    page = environment.get_template("page.html.j2").render(picture=picture)
    path.write_text(page, encoding="utf-8")
    return path
