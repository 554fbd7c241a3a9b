"""The command `build`."""

from __future__ import annotations

from cotab_kit.build.build import WEB_RESOURCES, build
from cotab_kit.build.report import summary
from cotab_kit.cli.options import ProjectOption, command_line
from cotab_kit.progress import Steps
from cotab_kit.project.project import Project


def build_project(project: ProjectOption = None) -> None:
    """Build the provider's tab into dist/."""
    steps = Steps.for_this_terminal()
    target = Project.at(project)
    report = build(target, steps)
    print(f"{target.dist / WEB_RESOURCES}: {len(report['files'])} web resources; over the wire")
    for line in summary(report):
        print(f"  {line}")
    for mode, page in report["pages"].items():
        print(f"  {mode}: {page}")
    print(f"  configuration page: <org>/WebResources/{report['configuration']}")
    made = dict.fromkeys(package["name"].partition("/")[0] for package in report["packages"])
    print(f"To install: {', '.join(made)}")
    print(f"See it: {command_line('preview', target.root)}")
