"""Makes what a wheel carries and no commit holds, before one is made: Tandem's browser parts, and the documentation.

An editable installation goes without them: there `python build.py` makes them. An sdist carries them, so that a wheel
can be made of it without Node.
"""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Any

from hatchling.builders.hooks.plugin.interface import BuildHookInterface


class TandemBundles(BuildHookInterface[Any]):
    """See hatchling's documentation of custom build hooks; pyproject.toml names this file."""

    def initialize(self, version: str, _build_data: dict[str, Any]) -> None:
        """Make what is missing or out of date. Ends the build where that is impossible."""
        root = Path(self.root)
        if version == "editable" or (root / "PKG-INFO").is_file():  # the latter: an unpacked sdist
            return
        sys.path.insert(0, str(root / "pylib"))
        from cotab_kit.build.site import build_site  # noqa: PLC0415 - from the tree that is built
        from cotab_kit.build.tandem import build_tandem  # noqa: PLC0415 - as above
        from cotab_kit.errors import KitError  # noqa: PLC0415 - as above
        from cotab_kit.layout import Workspace, kit_files  # noqa: PLC0415 - as above
        from cotab_kit.progress import Steps  # noqa: PLC0415 - as above
        from cotab_kit.tools.node import ensure_node  # noqa: PLC0415 - as above

        workspace, files, steps = Workspace(root), kit_files(), Steps.for_this_terminal()
        try:
            node = ensure_node(workspace, files, steps, dev=False)
            build_tandem(node, files, workspace, workspace.dist / "tandem", steps)
        except KitError as error:
            self.app.abort(
                f"Tandem's browser parts cannot be bundled, and a wheel has to carry them.\n{error}\n{error.hint}"
            )
        try:
            build_site(root, workspace.dist / "docs", steps)
        except KitError as error:
            self.app.abort(f"The documentation cannot be built, and a wheel has to carry it.\n{error}\n{error.hint}")
