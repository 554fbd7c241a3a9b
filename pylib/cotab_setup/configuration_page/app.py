"""The configuration page: looks at the org, and sets up or removes what the administrator asks for.

One thing is done at a time; clicks meanwhile do nothing. Whatever goes wrong is shown as a Problem beside what the org
has then, and the buttons can be pressed once more.
"""

from __future__ import annotations

import asyncio
from collections import Counter
from collections.abc import Awaitable, Callable, Coroutine, Sequence
from dataclasses import replace
from http import HTTPStatus
from typing import Any

from cotab._waiting import spawn
from cotab_setup.configuration_page.overview import Overview, look
from cotab_setup.configuration_page.page import Page
from cotab_setup.configuration_page.problems import Problem, explain
from cotab_setup.configuration_page.view import Progress, Screen, View
from cotab_setup.inspection import Findings, inspect, is_over, read, steps_done, waits_for_pane, with_trial
from cotab_setup.provisioning import (
    Action,
    Retrying,
    Step,
    WebApi,
    WebApiError,
    Widget,
    carry_out,
    missing_privileges,
    plan_behavior,
    plan_behavior_removal,
    plan_removal,
    plan_set_up,
    plan_settings_removal,
    reset_widgets,
    widgets,
)

__all__ = ["Configuration"]

Sleep = Callable[[float], Awaitable[object]]

TRIAL_SECONDS = 600
PANE_SECONDS = 10  # after which a page in a pane is taken for one that is gone

# How a line of the page shows what has been done with its row.
DONE = {Action.CREATE: "created", Action.UPDATE: "updated", Action.KEEP: "there", Action.DELETE: "deleted"}


class Configuration:
    """Runs the page. `sleep` waits before a request is tried again."""

    def __init__(self, page: Page, *, sleep: Sleep = asyncio.sleep) -> None:
        self._page = page
        self._view = View(page)
        self._sleep = sleep
        self._screen = Screen(state="looking")
        self._overview: Overview | None = None
        self._findings = Findings()
        self._trial_stopped = False
        self._tasks: set[asyncio.Task[None]] = set()
        self._direct = page.api()
        self._api = self._direct and Retrying(self._direct, sleep=self._wait)

    async def run(self) -> None:
        """Show what is there, and listen to the buttons."""
        for button, action in {
            "set-up": self._set_up,
            "look-again": self._look,
            "inspect": self._inspect,
            "try": self._try,
            "obey": self._ask_to_obey,
            "obey-now": self._obey,
            "obey-not": self._decline_to_obey,
            "remove": self._ask,
            "remove-now": self._remove,
            "remove-and-reset": self._reset_and_remove,
            "keep": self._keep,
        }.items():
            self._page.on_click(button, self._doing(action))
        self._page.on_click("stop-trial", self._stop_trial)
        if self._page.ready():
            await self._guarded(self._look)

    def _doing(self, action: Callable[[WebApi], Coroutine[Any, Any, None]]) -> Callable[[], None]:
        """Make a button's handler: it starts the action, unless one is under way."""

        def start() -> None:
            if not self._tasks:
                spawn(self._guarded(action), self._tasks)

        return start

    async def _guarded(self, action: Callable[[WebApi], Coroutine[Any, Any, None]]) -> None:
        """Run an action; whatever it raises becomes a problem in the page."""
        if self._api is None or self._direct is None:
            self._show(state="failed", problem=Problem("NOT_IN_AN_ORG"))
            return
        try:
            await action(self._api)
        except WebApiError as error:
            await self._failed(self._direct, explain(error))
        except Exception as error:  # noqa: BLE001 - a defect is shown like any other trouble, with its traceback logged
            self._page.report(error)
            await self._failed(self._direct, explain(error))

    # Looking

    async def _look(self, api: WebApi) -> None:
        """See what is there, and which privileges the administrator lacks."""
        self._show(state="looking", problem=None, notice="", widgets=None, progress=None)
        try:
            missing = await self._missing_privileges(api)
        except WebApiError as error:
            self._cannot_look(explain(error, not_found="NOT_IN_AN_ORG"))
            return
        problem = Problem("PRIVILEGES_MISSING", ", ".join(missing)) if missing else None
        try:
            await self._see(api)
        except WebApiError as error:
            refused = explain(error, not_found="OMNICHANNEL_MISSING")
            self._cannot_look(problem if problem and refused.code == "ACCESS_DENIED" else refused)
            return
        self._found(problem or self._without_templates())

    async def _missing_privileges(self, api: WebApi) -> list[str]:
        """List missing privileges; none for who may not ask, as that one may still have them."""
        try:
            return await missing_privileges(api)
        except WebApiError as error:
            if error.status != HTTPStatus.FORBIDDEN:
                raise
            self._page.log(f"cotab: privileges are not known: {error}")
            return []

    async def _see(self, api: WebApi) -> Overview:
        info = self._page.info
        overview = self._overview = await look(api, info.provisioning, info.templates)
        removable = bool(overview.presence.ours) or await self._has_settings(api)
        self._show(lines=overview.lines, removable=removable)
        return overview

    async def _has_settings(self, api: WebApi) -> bool:
        """Return whether there are values of administrators; who may not read them removes none either."""
        try:
            wanted = self._page.info.provisioning
            return bool(await plan_settings_removal(api, wanted) or await plan_behavior_removal(api, wanted))
        except WebApiError as error:
            if error.status != HTTPStatus.FORBIDDEN:
                raise
            return False

    def _found(self, problem: Problem | None = None, **changes: Any) -> None:  # noqa: ANN401 - the members of Screen
        """Show what was seen last, with nothing under way any more."""
        state = self._overview.state if self._overview else "failed"
        self._show(state=state, problem=problem, progress=None, **changes)

    def _cannot_look(self, problem: Problem) -> None:
        self._overview = None
        self._page.log(f"cotab: {problem.code} {problem.detail}")
        self._show(state="failed", lines=(), removable=False, problem=problem)

    def _without_templates(self) -> Problem | None:
        """Return a problem where there is no template, as after copying files by hand."""
        there = self._overview is None or self._overview.has_templates
        return None if there else Problem("SOLUTION_INCOMPLETE")

    async def _inspect(self, api: WebApi) -> None:
        """See how the org behaves, and show it; whoever wants to save it has read it then."""
        self._show(state="looking", problem=None, notice="", widgets=None, findings="", resident=None, obeying=False)
        self._findings = await inspect(api, self._page.resources(), self._page.info.provisioning.folder)
        self._show_findings()

    def _show_findings(self) -> None:
        text = self._findings.model_dump_json(indent=1, exclude_none=True)
        self._found(self._without_templates(), findings=text, resident=self._findings.resident)
        self._page.focus("findings")

    async def _try(self, _api: WebApi) -> None:
        """Have a person show how an agent's window behaves; what was seen is there even if it was broken off."""
        self._trial_stopped = False
        self._page.begin_trial(TRIAL_SECONDS)
        self._show(state="trying", problem=None, notice="", trial=())
        self._page.focus("trial")
        seen, is_open, patience = read(""), False, PANE_SECONDS
        try:
            for _ in range(TRIAL_SECONDS):
                await self._sleep(1)
                text, is_open = await self._page.trial()
                seen = read(text)
                self._show(trial=steps_done(seen, is_open=is_open))
                if is_over(seen, is_open=is_open):
                    patience = patience - 1 if waits_for_pane(seen) else 0
                if self._trial_stopped or not patience:
                    break
            self._findings = with_trial(self._findings, seen, is_open=is_open, waited=not patience)
        finally:
            self._page.end_trial()
            self._show(trial=None)
        self._show_findings()

    def _stop_trial(self) -> None:
        self._trial_stopped = True

    # Having tabs obey what was seen

    async def _ask_to_obey(self, _api: WebApi) -> None:
        self._show(obeying=True)
        self._page.focus("obey-confirm")

    async def _decline_to_obey(self, _api: WebApi) -> None:
        self._show(obeying=False)
        self._page.focus("obey")

    async def _obey(self, api: WebApi) -> None:
        resident = self._findings.resident
        if resident is None:
            return
        self._show(state="setting_up", problem=None, notice="", obeying=False)
        steps = await plan_behavior(api, self._page.info.provisioning, resident)
        await self._carry_out(api, steps, "notice.obeyed")

    # Setting up

    async def _set_up(self, api: WebApi) -> None:
        self._show(state="setting_up", problem=None, notice="")
        overview = await self._see(api)  # what was shown may be old
        await self._carry_out(api, plan_set_up(overview.presence), "notice.set_up")

    # Removing

    async def _ask(self, api: WebApi) -> None:
        """Ask before anything is removed, and say what still points to the provider."""
        self._show(state="looking", problem=None, notice="")
        await self._see(api)
        found, known = await self._widgets(api)
        self._found(widgets=tuple(found), widgets_known=known)
        self._page.focus("confirm")

    async def _widgets(self, api: WebApi) -> tuple[list[Widget], bool]:
        """Find chat widgets that name the provider. Returns also whether they could be read at all."""
        try:
            return await widgets(api, self._page.info.provisioning), True
        except WebApiError as error:
            if error.status != HTTPStatus.FORBIDDEN:
                raise
            self._page.log(f"cotab: chat widgets are not known: {error}")
            return [], False

    async def _keep(self, _api: WebApi) -> None:
        self._show(widgets=None)
        self._page.focus("remove")

    async def _reset_and_remove(self, api: WebApi) -> None:
        chosen = self._screen.widgets or ()
        self._show(state="removing", widgets=None, progress=Progress(0, 1, self._page.texts["progress.widgets"]))
        await reset_widgets(api, chosen)
        await self._remove(api)

    async def _remove(self, api: WebApi) -> None:
        self._show(state="removing", problem=None, notice="", widgets=None)
        overview, wanted = await self._see(api), self._page.info.provisioning
        values = [*await plan_settings_removal(api, wanted), *await plan_behavior_removal(api, wanted)]
        await self._carry_out(api, [*plan_removal(overview.presence), *values], "notice.removed")

    # Working

    async def _carry_out(self, api: WebApi, steps: Sequence[Step], notice: str) -> None:
        """Carry the steps out, row by row in the page, and look at the org again."""
        reported: list[Step] = []

        def report(step: Step) -> None:
            self._done(reported[-1:])
            text = self._page.texts[f"progress.{step.action}"].replace("{row}", step.title)
            self._show(progress=Progress(len(reported), len(steps), text))
            self._page.log(f"cotab: {step.action} {step.title} {step.reason}".rstrip())
            reported.append(step)

        await carry_out(api, steps, report)
        self._done(reported[-1:])
        await self._see(api)
        self._found(self._left(reported), notice=self._outcome(notice, reported))

    def _done(self, steps: Sequence[Step]) -> None:
        found = {step.path: DONE[step.action] for step in steps if step.action in DONE}
        lines = self._screen.lines
        done = (replace(line, found=found[line.path], detail="") if line.path in found else line for line in lines)
        self._show(lines=tuple(done))

    def _outcome(self, notice: str, steps: Sequence[Step]) -> str:
        """Write what was done, with the number of rows of each kind."""
        text = self._page.texts[notice]
        counted = Counter(step.action for step in steps)
        for action in Action:
            text = text.replace(f"{{{action}}}", str(counted[action]))
        return text.replace("{solution}", self._page.info.provisioning.solution)

    def _left(self, steps: Sequence[Step]) -> Problem | None:
        kept = [f"{step.title}: {step.reason}" for step in steps if step.action is Action.LEAVE]
        return Problem("PROVIDER_IN_USE", "; ".join(kept)) if kept else self._without_templates()

    async def _failed(self, api: WebApi, problem: Problem) -> None:
        """Show the problem, beside what the org has now; it need not wait for an org that does not answer."""
        self._page.log(f"cotab: {problem.code} {problem.detail}")
        try:
            await self._see(api)
        except WebApiError as error:  # the first problem is the one to tell
            self._page.log(f"cotab: what is there now is not known: {error}")
        self._found(problem, widgets=None)

    async def _wait(self, seconds: float) -> None:
        """Wait before a request is tried again, and show that the org keeps the administrator waiting."""
        self._page.log(f"cotab: no answer yet, trying again in {seconds:g} s")
        progress = self._screen.progress
        text = self._page.texts["progress.waiting"].replace("{seconds}", f"{seconds:g}")
        self._show(progress=replace(progress or Progress(0, 1, ""), text=text))
        await self._sleep(seconds)
        self._show(progress=progress)

    def _show(self, **changes: Any) -> None:  # noqa: ANN401 - the members of Screen
        self._screen = replace(self._screen, **changes)
        self._view.show(self._screen)
