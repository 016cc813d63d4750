"""Results as JSON lines, so that a long run can be broken off and resumed."""

import json
import subprocess
from pathlib import Path


def commit_of(folder=Path(__file__).parent):
    """The commit of the code that is tried, with a plus where it was changed since."""
    words = ["git", "describe", "--always", "--dirty=+", "--exclude=*"]
    said = subprocess.run(words, cwd=folder, capture_output=True, text=True, check=False)
    return said.stdout.strip()


class Journal:
    """One line per case; of several lines for one case the last counts."""

    def __init__(self, path, *, resume, commit=""):
        self.path = path
        self.commit = commit
        self.rows = {}
        if resume and path.exists():
            for line in path.read_text().splitlines():
                row = json.loads(line)
                self.rows[row["number"]] = row
        else:
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text("")

    def add(self, result, seed):
        """Write what came of one case."""
        row = {
            "number": result.case.number,
            "seed": seed,
            "commit": self.commit,
            "words": result.case.words(),
            "kill": result.case.is_kill,
            "pipe": result.case.pipe,
            "struck": result.struck,
            "codes": result.codes,
            "seconds": round(result.seconds, 2),
            "unknown": result.unknown,
            "violations": result.violations,
            "notes": result.notes,
        }
        self.rows[row["number"]] = row
        with self.path.open("a") as file:
            file.write(json.dumps(row) + "\n")

    def has(self, cases):
        """Whether all of ``cases`` have their line, and none a violation that is to be mended."""
        rows = [self.rows.get(case.number) for case in cases]
        return all(row is not None and not row["violations"] for row in rows)

    def figures(self):
        """The running summary in one line."""
        rows = self.rows.values()
        struck = [row for row in rows if row["struck"]]
        kills = sum(row["kill"] for row in struck)
        meltano = sum(row["pipe"] == "meltano" for row in struck)
        bad = sum(bool(row["violations"]) for row in rows)
        commits = {row.get("commit") for row in rows}
        return (
            f"{len(rows)} cases: {kills} kills, {len(struck) - kills} signals "
            f"({meltano} through Meltano), {len(rows) - len(struck)} not struck, "
            f"{bad} with violations, {sum(row['seconds'] for row in rows):.0f} s, "
            f"{len(commits)} commits"
        )
