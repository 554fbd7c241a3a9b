"""The vendor's side in the preview: sessions, and the two pages behind their links. Nothing of it is shipped.

A real one asks who calls: see docs/authors.md on what a page may know.
"""

from http import HTTPStatus
from secrets import token_urlsafe
from typing import Any

from starlette.applications import Starlette
from starlette.middleware import Middleware
from starlette.middleware.cors import CORSMiddleware
from starlette.requests import Request
from starlette.responses import HTMLResponse, JSONResponse, Response
from starlette.routing import Route

PAGE = """<!DOCTYPE html><html lang="en"><meta charset="utf-8"><title>{title}</title>
<h1>{title}</h1><form method="post" action="{action}"><button>{button}</button></form></html>"""


class Sessions:
    """All sessions, by id."""

    def __init__(self) -> None:
        self.states: dict[str, str] = {}

    async def make(self, request: Request) -> Response:
        """Make a session."""
        key = token_urlsafe(12)
        self.states[key] = "waiting"
        return JSONResponse(self._as_json(request, key), HTTPStatus.CREATED)

    async def tell(self, request: Request) -> Response:
        """Tell how a session goes."""
        key = request.path_params["id"]
        if key not in self.states:
            return JSONResponse(None, HTTPStatus.NOT_FOUND)
        return JSONResponse(self._as_json(request, key))

    async def change(self, request: Request) -> Response:
        """Let the customer join or leave, or the agent end it."""
        key, state = request.path_params["id"], {"join": "joined", "leave": "left", "end": "left"}
        if key in self.states:
            self.states[key] = state[request.path_params["what"]]
        return JSONResponse(None)

    async def page(self, request: Request) -> Response:
        """Show the page of the customer or of the agent."""
        key, who = request.path_params["id"], request.path_params["who"]
        what, button = ("join", "Join") if who == "customer" else ("leave", "Finish")
        action = f"/sessions/{key}/{what}"
        return HTMLResponse(PAGE.format(title=f"The {who}'s page", action=action, button=button))

    def _as_json(self, request: Request, key: str) -> dict[str, Any]:
        pages = {who: f"{request.base_url}{who}/{key}" for who in ("customer", "agent")}
        return {"id": key, "state": self.states[key], **pages}


def factory(preview: Any) -> Starlette:  # noqa: ANN401 - the kit's; `desktop` is the origin of the tab
    """Make the application."""
    sessions = Sessions()
    routes = [
        Route("/sessions", sessions.make, methods=["POST"]),
        Route("/sessions/{id}", sessions.tell),
        Route("/sessions/{id}/{what:path}", sessions.change, methods=["POST"]),
        Route("/{who}/{id}", sessions.page),
    ]
    return Starlette(routes=routes, middleware=[Middleware(CORSMiddleware, allow_origins=[preview.desktop])])
