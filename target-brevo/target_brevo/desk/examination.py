"""Makes all checks, whatever one of them finds, as far as that makes sense."""

from collections.abc import Iterator, Sequence

from tajo_connector_sdk.errors import ConfigurationError, ConnectorError
from tajo_mapping.errors import MappingError
from target_brevo.desk.checks import CHECKS, Check
from target_brevo.desk.scene import Finding, Scene

_KEY = "key"


def examined(scene: Scene, checks: Sequence[Check] = CHECKS) -> list[Finding]:
    """Return what all checks found; an error of one is a finding, and the others go on.

    Where Brevo does not take the key, nothing else is asked of it.
    """
    found: list[Finding] = []
    closed: set[str] = set()
    for check in checks:
        # A ledger or a mapping that cannot be used is told once, not by every check that needs it.
        if check.asks and _KEY in closed:
            continue
        try:
            found += check.look(scene)
        except (ConnectorError, MappingError) as error:
            closed.add(check.what)
            finding = _finding(check, error)
            if finding.as_line() not in {each.as_line() for each in found}:
                found.append(finding)
    if _KEY in closed:
        found.append(Finding("the rest", "note", "not asked, as Brevo did not take the key"))
    return found


def stopping(found: Sequence[Finding]) -> Iterator[Finding]:
    """Yield the findings that would stop a run."""
    return (each for each in found if each.state == "stop")


def demand(found: Sequence[Finding]) -> None:
    """Raise ConfigurationError for the first finding that would stop a run."""
    for first in stopping(found):
        others = sum(1 for _ in stopping(found)) - 1
        more = f"and {others} more; see target-brevo check" if others else ""
        raise ConfigurationError(first.what, first.says, right=first.do, do=more)


def _finding(check: Check, error: ConnectorError | MappingError) -> Finding:
    where = getattr(error, "where", "")
    says = "; ".join(part for part in (error.what, error.right) if part)
    return Finding(str(where) or check.what, "stop", says, error.do)
