"""Answers of lists: V2 gives a bare array or nothing at all, V3 wraps and counts."""

from __future__ import annotations

from datetime import datetime
from functools import lru_cache
from typing import TYPE_CHECKING, Any

from starlette.responses import Response

from tajo_sandbox.bigcommerce.sales import STATUSES
from tajo_sandbox.mishaps import json_response

if TYPE_CHECKING:
    from collections.abc import Iterable

    from tajo_sandbox.bigcommerce.endpoints import Endpoint, Scene, Shelved
    from tajo_sandbox.bigcommerce.questions import Question


def answer(endpoint: Endpoint, scene: Scene) -> Response:
    """The page of a list that a question asks for."""
    question = scene.question
    found = _wanted(endpoint.rows(scene), question)
    if endpoint.name == "count":
        return json_response(_counted(found))
    found.sort(key=lambda row: (row.at, row.id) if question.sort == "at" else (row.id,),
               reverse=question.descending)  # fmt: skip
    if endpoint.name == "orders" and scene.switches.lost:
        found = found[: -scene.switches.lost]
    begin = (question.page - 1) * question.limit
    shown = [row.show() for row in found[begin : begin + question.limit]]
    if endpoint.path.startswith("/v2/"):
        return json_response(shown) if shown else Response(status_code=204)
    return json_response({"data": shown, "meta": _meta(endpoint, question, len(found), shown)})


def _wanted(rows: Iterable[Shelved], question: Question) -> list[Shelved]:
    """The rows that pass every filter; both bounds are included."""
    return [
        row
        for row in rows
        if (question.low is None or _moment(row.at) >= question.low)
        and (question.high is None or _moment(row.at) <= question.high)
        and (question.above is None or row.id >= question.above)
        and all(str(row.of.get(name)) in wanted for name, wanted in question.ids)
    ]


def _counted(found: list[Shelved]) -> dict[str, Any]:
    held = [{"id": number, "name": name, "count": 0} for number, name in STATUSES.items()]
    return {"statuses": held, "count": len(found)}


def _meta(endpoint: Endpoint, question: Question, total: int, shown: list[Any]) -> dict[str, Any]:
    pages = -(-total // question.limit)
    links = {"current": f"?page={question.page}&limit={question.limit}"}
    if question.page < pages:
        links["next"] = f"?page={question.page + 1}&limit={question.limit}"
    if question.page > 1:
        links["previous"] = f"?page={question.page - 1}&limit={question.limit}"
    meta: dict[str, Any] = {
        "pagination": {
            "total": total,
            "count": len(shown),
            "per_page": question.limit,
            "current_page": question.page,
            "total_pages": pages,
            "links": links,
        }
    }
    if endpoint.name == "customers" and question.page == 1 and shown:
        cursors = {"start_cursor": f"id:{shown[0]['id']}", "end_cursor": f"id:{shown[-1]['id']}"}
        meta["cursor_pagination"] = {
            "count": len(shown), "per_page": question.limit, **cursors, "links": {},
        }  # fmt: skip
    return meta


@lru_cache(65_536)
def _moment(at: str) -> datetime:
    return datetime.fromisoformat(at)
