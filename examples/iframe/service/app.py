"""The vendor's side in the preview: the page that the tab embeds. A folder without __init__.py is not shipped."""

from pathlib import Path

from starlette.applications import Starlette
from starlette.routing import Mount
from starlette.staticfiles import StaticFiles


def factory(_preview: object) -> Starlette:
    """Make the application; `preview` would have the origins of the desktop and of the customer's site."""
    pages = StaticFiles(directory=Path(__file__).parent)
    return Starlette(routes=[Mount("/", pages)])
