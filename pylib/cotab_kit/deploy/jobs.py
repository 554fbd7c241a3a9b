"""Jobs that Dataverse does in the background: imports and uninstallations of a solution, and waiting for their end.

Only one import or uninstallation runs in an org at a time; another one is refused at once ("Cannot start another
[Import]..."), so whoever comes second waits.
"""

from __future__ import annotations

from base64 import b64encode
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from http import HTTPStatus
from typing import Any
from uuid import uuid4

from defusedxml import DefusedXmlException
from defusedxml.ElementTree import ParseError, fromstring

from cotab_kit.deploy.client import Environment
from cotab_kit.deploy.journal import Journal
from cotab_kit.errors import OrgError
from cotab_setup.provisioning import Reply, WebApi, WebApiError
from cotab_setup.web_api import ABSENT, Values, call, object_of

COMPLETED = 3  # asyncoperation.statecode
SUCCEEDED = 30  # asyncoperation.statuscode; 31 failed, 32 canceled
POLL_SECONDS = 3.0
LOCKED_SECONDS = 15.0

STARTING = "Starting the import of the solution"
IMPORTING = "Importing the solution"
LOCKED = "Another import or uninstallation is running in the org; waiting for it"


async def import_solution(org: Environment, content: bytes, *, upgrade: bool, journal: Journal) -> None:
    """Import a solution and wait for the end; `upgrade` also removes what the version before had and this one has not.

    Raises OrgError with Dataverse's reason if it fails, WebApiError where the org refuses it.
    """
    # Each start has a job id of its own: Dataverse refuses one that it has seen. Where an answer is lost, the request
    # goes out again with the same id, so that the refusal of that id tells that the first one has arrived.
    job = str(uuid4())
    action = "StageAndUpgradeAsync" if upgrade else "ImportSolutionAsync"
    try:
        reply = await call(org.api, "POST", action, STARTING, body=_import_body(content, job))
        operation = operation_of(reply, STARTING)
    except WebApiError as error:
        if error.status == HTTPStatus.NOT_FOUND or await _job(org.api, job) is None:
            raise
        await _import_ended(org, job)
        await _explain(org.api, job)
        return
    try:
        await operation_ended(org, operation, IMPORTING, _Progress(org, job, journal).report)
    except OrgError:
        await _explain(org.api, job)
        raise


def _import_body(content: bytes, job: str) -> dict[str, str | bool]:
    return {
        "OverwriteUnmanagedCustomizations": False,
        "PublishWorkflows": True,
        "CustomizationFile": b64encode(content).decode(),
        "ImportJobId": job,
    }


def operation_of(reply: Reply, doing: str) -> str:
    """Return the system job that the org has started. Raises WebApiError if it names none."""
    return str(object_of(reply, doing, "AsyncOperationId")["AsyncOperationId"])


async def job_done(
    org: Environment, action: str, body: Values, doing: str, done: Callable[[], Awaitable[bool]]
) -> None:
    """Start a job and wait for it. Where the answer was lost and the request repeated, `done` may say it is no failure.

    Raises OrgError, WebApiError.
    """
    try:
        reply = await call(org.api, "POST", action, doing, body=body)
        await operation_ended(org, operation_of(reply, doing), doing)
    except (WebApiError, OrgError):
        if not await done():
            raise


async def operation_ended(
    org: Environment, operation: str, title: str, meanwhile: Callable[[], Awaitable[None]] | None = None
) -> None:
    """Wait for a system job. Raises OrgError if it does not succeed."""
    path = f"asyncoperations({operation})?$select=statecode,statuscode,message,friendlymessage"
    while True:
        job = object_of(await call(org.api, "GET", path, title), title, "statecode")
        if job.get("statecode") == COMPLETED:
            if job.get("statuscode") != SUCCEEDED:
                raise _failure(title, str(job.get("friendlymessage") or job.get("message") or "no reason was given"))
            return
        if meanwhile:
            await meanwhile()
        await _pause(org, title, operation)


async def _import_ended(org: Environment, job: str) -> None:
    """Wait for an import of which only the import job is known."""
    while True:
        found = await _job(org.api, job)
        if found is None or found.get("completedon"):
            return
        await _pause(org, IMPORTING, job)


async def _pause(org: Environment, title: str, job: str) -> None:
    try:
        await org.patience.wait(POLL_SECONDS, lambda _: f"{title}: the org is still at it", silently=True)
    except TimeoutError as error:
        raise OrgError(
            f"{title}: job {job} has not ended, and this command has waited for ten minutes",
            hint="It goes on in the org, where System Jobs shows it; run the command again after that.",
        ) from error


async def _job(api: WebApi, job: str) -> dict[str, Any] | None:
    path = f"importjobs({job})?$select=progress,completedon,data"
    reply = await call(api, "GET", path, "Looking at the import", accepted=ABSENT)
    return reply.body if isinstance(reply.body, dict) and reply.status != HTTPStatus.NOT_FOUND else None


@dataclass
class _Progress:
    """Reports how far an import has come, whenever that has changed."""

    org: Environment
    job: str
    journal: Journal
    reported: str = ""

    async def report(self) -> None:
        progress = (await _job(self.org.api, self.job) or {}).get("progress")
        text = f"  {progress:.0f} %" if isinstance(progress, int | float) and progress else ""
        if text and text != self.reported:
            self.reported = text
            self.journal.note(text)


async def _explain(api: WebApi, job: str) -> None:
    """Raise OrgError if the import job's own report names components that failed."""
    found = await _job(api, job)
    reasons = failures(str((found or {}).get("data") or ""))
    if reasons:
        raise _failure(IMPORTING, "; ".join(reasons))


def failures(report: str) -> list[str]:
    """Return the reasons that an import job's report (XML) gives for components that failed."""
    try:
        root = fromstring(report)
    except (ParseError, DefusedXmlException, ValueError):
        return []
    results = [result for result in root.iter("result") if result.get("result") == "failure"]
    return list(dict.fromkeys(result.get("errortext") or "a component failed without a reason" for result in results))


def _failure(title: str, reason: str) -> OrgError:
    return OrgError(f"{title} failed: {reason}", hint="Correct what is named there, and run the command again.")


async def when_unlocked(org: Environment, work: Callable[[], Awaitable[None]], journal: Journal) -> None:
    """Do the work as soon as no other import or uninstallation runs; it may be started several times.

    Raises OrgError where no time is left to wait.
    """
    noted = False
    while True:
        try:
            return await work()
        except (WebApiError, OrgError) as error:
            if "cannot start another" not in str(error).casefold():
                raise
        if not noted:
            journal.note(LOCKED)
        noted = True
        try:
            await org.patience.wait(LOCKED_SECONDS, lambda _: LOCKED, silently=True)
        except TimeoutError as error:
            text = "Other imports have kept the org busy for ten minutes"
            raise OrgError(text, hint="Run the command again later.") from error
