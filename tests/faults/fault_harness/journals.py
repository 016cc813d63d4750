"""Results as JSON lines, so that a long run can be broken off and resumed."""

import json


class Journal:
    """One line per case; of several lines for one case the last counts."""

    def __init__(self, path, *, resume):
        self.path = path
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
        """Whether all of ``cases`` have their line."""
        return all(case.number in self.rows for case in cases)

    def figures(self):
        """The running summary in one line."""
        rows = self.rows.values()
        struck = [row for row in rows if row["struck"]]
        kills = sum(row["kill"] for row in struck)
        meltano = sum(row["pipe"] == "meltano" for row in struck)
        bad = sum(bool(row["violations"]) for row in rows)
        return (
            f"{len(rows)} cases: {kills} kills, {len(struck) - kills} signals "
            f"({meltano} through Meltano), {len(rows) - len(struck)} not struck, "
            f"{bad} with violations, {sum(row['seconds'] for row in rows):.0f} s"
        )
