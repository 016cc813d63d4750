"""Cases are data (``cases/*.yml``): a record of Shopify's shape, and what has to become of it."""

import copy
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

import pytest
import yaml

from tajo_mapping.compiled import CompiledMapping, compile_mapping
from tajo_mapping.operations import Filtered, Outcome, Refused

CASES = Path(__file__).parent / "cases"
ABSENT = "<absent>"
STORE = "demo-store.myshopify.com"


def load(name: str) -> Any:
    return yaml.safe_load((CASES / name).read_text(encoding="utf-8"))


def set_at(record: dict[str, Any], dotted: str, value: Any) -> None:
    *way, last = dotted.split(".")
    for name in way:
        record = record[int(name)] if isinstance(record, list) else record.setdefault(name, {})
    if value == ABSENT:
        record.pop(last, None)
    elif isinstance(record, list):
        record[int(last)] = value
    else:
        record[last] = value


def made_from(records: Mapping[str, Any], case: Mapping[str, Any]) -> dict[str, Any]:
    record = copy.deepcopy(records[case["base"]])
    for dotted, value in (case.get("with") or {}).items():
        set_at(record, dotted, value)
    return record


def differences(expected: Any, found: Any, where: str = "") -> list[str]:
    """Return where ``found`` lacks what is expected; what is not named is free."""
    if isinstance(expected, Mapping) and isinstance(found, Mapping):
        wrong = []
        for key, value in expected.items():
            if value == ABSENT:
                wrong += [f"{where}.{key} is there"] if key in found else []
            elif key not in found:
                wrong.append(f"{where}.{key} is absent")
            else:
                wrong += differences(value, found[key], f"{where}.{key}")
        return wrong
    if isinstance(expected, list) and isinstance(found, list | tuple):
        if len(expected) != len(found):
            return [f"{where}: {len(expected)} expected, {len(found)} found"]
        pairs = zip(expected, found, strict=True)
        return [
            one
            for index, (a, b) in enumerate(pairs)
            for one in differences(a, b, f"{where}[{index}]")
        ]
    same = expected == found and type(expected) is type(found)
    return [] if same else [f"{where}: {expected!r} expected, {found!r} found"]


def plain(value: Any) -> Any:
    """Return named tuples as objects, also inside."""
    if hasattr(value, "_asdict"):
        return {name: plain(inside) for name, inside in value._asdict().items()}
    if isinstance(value, Mapping):
        return {name: plain(inside) for name, inside in value.items()}
    return value


def as_data(outcome: Outcome) -> dict[str, Any]:
    facts = plain(outcome)
    if isinstance(outcome, Filtered | Refused):
        facts["kind"] = type(outcome).__name__.lower()
    return facts


@pytest.fixture(scope="session")
def records() -> dict[str, Any]:
    return {name: one for file in CASES.glob("records*.yml") for name, one in load(file).items()}


@pytest.fixture(scope="session")
def record_of(records: dict[str, Any]) -> Callable[..., dict[str, Any]]:
    """Return a base record with some fields changed: ``record_of("customer", firstName=None)``."""
    return lambda base, **changes: made_from(records, {"base": base, "with": changes})


@pytest.fixture(scope="session")
def shopify() -> CompiledMapping:
    return compile_mapping("shopify")


@pytest.fixture(scope="session")
def outcomes_as_data() -> Callable[[list[Outcome]], list[dict[str, Any]]]:
    return lambda outcomes: [as_data(one) for one in outcomes]


@pytest.fixture(scope="session")
def compare() -> Callable[[Any, Any], list[str]]:
    return differences


@pytest.fixture(scope="session")
def make_record(records: dict[str, Any]) -> Callable[[Mapping[str, Any]], dict[str, Any]]:
    return lambda case: made_from(records, case)


def pytest_configure(config: pytest.Config) -> None:
    config.addinivalue_line("markers", "parametrize_cases(*files): once for each of their cases")


def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    """A test that is marked runs once for each case of the file that the mark names."""
    marker = metafunc.definition.get_closest_marker("parametrize_cases")
    if marker:
        cases = [{"platform": Path(name).stem, **one} for name in marker.args for one in load(name)]
        metafunc.parametrize("case", [pytest.param(one, id=one["case"]) for one in cases])
