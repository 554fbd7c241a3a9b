"""A provider project: what of it is shipped, and what is said where the code is not what the manifest names."""

from __future__ import annotations

from pathlib import Path

import pytest

from cotab_kit.errors import BuildError, ManifestError
from cotab_kit.layout import source_root
from cotab_kit.project.project import Project
from cotab_kit.project.sources import read_source

ADAPTER = "class Minimal:\n    pass\n"


def change(provider: Path, old: str, new: str) -> None:
    path = provider / "provider.toml"
    text = path.read_text("utf-8")
    assert old in text
    path.write_text(text.replace(old, new), "utf-8")


def write(folder: Path, *names: str, text: str = "") -> None:
    for name in names:
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, "utf-8")


def refusal(provider: Path) -> str:
    with pytest.raises(BuildError) as failure:
        Project.at(provider).check()
    assert failure.value.hint
    return str(failure.value)


def test_a_checkout_builds_its_own_project_into_its_own_dist() -> None:
    root = source_root()
    assert root
    project = Project.at()
    assert (project.root, project.dist, project.workspace.root) == (root / "webresource", root / "dist", root)


def test_another_project_has_its_own_dist_and_shares_the_caches(provider: Path) -> None:
    project = Project.at(provider)
    assert (project.root, project.dist) == (provider, provider / "dist")
    assert project.workspace.root == source_root()


def test_an_installed_kit_works_in_the_current_folder(provider: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("cotab_kit.project.project.source_root", lambda: None)
    monkeypatch.chdir(provider)
    project = Project.at()
    assert (project.root, project.dist, project.workspace.root) == (provider, provider / "dist", provider)


def test_a_relative_folder_stays_the_same_when_the_current_one_changes(
    provider: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(provider.parent)
    project = Project.at(Path(provider.name))
    monkeypatch.chdir(Path(__file__).parent)
    assert project.manifest.provider.name == "Minimal"


def test_modules_and_packages_are_shipped_and_nothing_else(provider: Path) -> None:
    write(provider, "helper.py", "vendor/__init__.py", "vendor/api.py", "vendor/deep/__init__.py", "vendor/deep/x.py")
    write(provider, "namespace/left_out.py", "vendor/data/left_out.py", ".venv/__init__.py", ".venv/left_out.py")
    write(provider, "tests/__init__.py", "vendor/tests/__init__.py", "vendor/tests/left_out.py", "dist/__init__.py")
    write(provider, "test_left_out.py", "conftest.py", "vendor/test_left_out.py", ".left_out.py", "vendor/data.json")
    write(provider, "node_modules/__init__.py", "__pycache__/__init__.py", "notes.txt")
    assert list(Project.at(provider).modules()) == [
        "helper.py",
        "main.py",
        "vendor/__init__.py",
        "vendor/api.py",
        "vendor/deep/__init__.py",
        "vendor/deep/x.py",
    ]


def test_a_module_whose_name_only_begins_like_a_test_file_is_shipped(provider: Path) -> None:
    write(provider, "testing.py", "conftest_helper.py", "speed_test.py")
    assert {"testing.py", "conftest_helper.py", "speed_test.py"} <= set(Project.at(provider).modules())


def test_links_that_lead_in_circles_lead_nowhere(provider: Path) -> None:
    write(provider, "vendor/__init__.py", "shared/real.py", "assets/deep/a.css")
    (provider / "vendor" / "again").symlink_to(provider / "vendor", target_is_directory=True)
    (provider / "myself.py").symlink_to(provider / "myself.py")
    (provider / "gone.py").symlink_to(provider / "nowhere.py")
    (provider / "linked.py").symlink_to(provider / "shared" / "real.py")
    (provider / "assets" / "deep" / "again").symlink_to(provider / "assets", target_is_directory=True)
    (provider / "assets" / "myself.js").symlink_to(provider / "assets" / "myself.js")
    project = Project.at(provider)
    assert list(project.modules()) == ["linked.py", "main.py", "vendor/__init__.py"]
    assert set(project.assets()) == {"assets/fake_sdk.js", "assets/deep/a.css"}


def test_a_folder_that_is_called_like_a_module_is_none(provider: Path) -> None:
    (provider / "odd.py").mkdir()
    assert list(Project.at(provider).modules()) == ["main.py"]


def test_assets_are_shipped_under_assets_wherever_they_lie(provider: Path) -> None:
    write(provider.parent, "shared/logo.svg", "shared/icons/a.png", "shared/.DS_Store", "shared/.cache/b.png")
    write(provider.parent, "shared/Thumbs.db", "shared/icons/desktop.ini")
    change(provider, 'adapter = "main:Minimal"', 'adapter = "main:Minimal"\nassets = "../shared"')
    assert set(Project.at(provider).assets()) == {"assets/logo.svg", "assets/icons/a.png"}


def test_a_project_may_have_no_assets(provider: Path) -> None:
    (provider / "assets" / "fake_sdk.js").unlink()
    (provider / "assets").rmdir()
    write(provider, "main.py", text=ADAPTER)
    project = Project.at(provider)
    project.check()
    assert project.assets() == {}


def test_a_folder_of_assets_that_is_named_must_exist(provider: Path) -> None:
    change(provider, "[page]", '[page]\nassets = "asets"')
    assert 'page.assets = "asets": there is no such folder' in refusal(provider)


def test_the_example_is_what_its_manifest_says(provider: Path) -> None:
    Project.at(provider).check()


@pytest.mark.parametrize(
    "text",
    [
        "class Minimal: pass",
        "from vendor import Minimal",
        "from vendor import Something as Minimal",
        "from vendor import *",
        "import vendor as Minimal",
        "def Minimal(tab): ...",
        "Minimal = make()",
        "Minimal: type = make()",
        "try:\n    from a import Minimal\nexcept ImportError:\n    class Minimal: pass",
        "if True:\n    class Minimal: pass",
        "\ufeffclass Minimal: pass",
        "# -*- coding: utf-8 -*-\r\nclass Minimal:\r\n    'ä'\r\n",
    ],
)
def test_an_adapter_may_be_defined_imported_or_assigned(provider: Path, text: str) -> None:
    write(provider, "main.py", text=text)
    Project.at(provider).check()


@pytest.mark.parametrize(
    "text",
    [
        "",
        "class minimal: pass",
        "class Other:\n    class Minimal: pass",
        "def make():\n    class Minimal: pass",
        "print(Minimal)",
        "import vendor.Minimal",
        '"""class Minimal: pass"""',
    ],
)
def test_a_class_that_is_not_there_is_named_with_its_file(provider: Path, text: str) -> None:
    write(provider, "main.py", text=text)
    assert refusal(provider) == f'{provider / "main.py"} defines no "Minimal", which page.adapter names'


def test_a_module_that_is_not_there_is_named_with_its_file(provider: Path) -> None:
    change(provider, "main:Minimal", "vendor.adapter:Minimal")
    assert 'the module "vendor.adapter", but there is no vendor/adapter.py' in refusal(provider)


def test_an_adapter_may_lie_in_a_package(provider: Path) -> None:
    change(provider, "main:Minimal", "vendor:Minimal")
    write(provider, "vendor/__init__.py", text=ADAPTER)
    Project.at(provider).check()
    change(provider, "vendor:Minimal", "vendor.adapter:Minimal")
    write(provider, "vendor/adapter.py", text=ADAPTER)
    Project.at(provider).check()


def test_an_adapter_in_a_folder_that_is_not_shipped_is_not_there(provider: Path) -> None:
    change(provider, "main:Minimal", "tests.fake:Minimal")
    write(provider, "tests/__init__.py", "tests/fake.py", text=ADAPTER)
    assert "there is no tests/fake.py" in refusal(provider)


@pytest.mark.parametrize("module", ["tandem.preview", "cotab_kit.testing", "cotab_setup.web_api", "cotab.testing"])
def test_an_adapter_that_no_page_can_import_is_refused_with_its_line_and_advice(provider: Path, module: str) -> None:
    change(provider, "main:Minimal", f"{module}:Minimal")
    with pytest.raises(BuildError) as failure:
        Project.at(provider).check()
    said = f'{provider / "provider.toml"}:15: page.adapter names the module "{module}", which no page can import'
    assert str(failure.value) == said
    assert failure.value.hint.endswith('such as main.py, and name it: "main:Minimal".')


def test_a_module_of_the_project_may_be_called_like_a_package_that_no_tab_carries(provider: Path) -> None:
    change(provider, "main:Minimal", "tandem:Minimal")
    write(provider, "tandem.py", text=ADAPTER)
    Project.at(provider).check()


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("x = 1\nclass Minimal\n", "main.py:2: expected ':'"),
        ("x = (1,\n", "main.py:1: '(' was never closed"),
        ("class Minimal:\npass\n", "main.py:2: expected an indented block"),
        ("async def f(): pass\ndef g(): await f()\n", "main.py:2: 'await' outside async function"),
        ("def f(a, a): pass\n", "main.py:1: duplicate argument 'a'"),
        ("x = '\0'\n", "main.py"),
        (f"x = {'(' * 3000}\n", "main.py"),
        (f"x = {'-' * 30000}1\n", "main.py"),
    ],
)
def test_a_file_that_python_cannot_read_is_named_with_the_line(provider: Path, text: str, said: str) -> None:
    write(provider, "main.py", text=text)
    assert said in refusal(provider)


def test_a_file_that_is_not_utf_8_is_named_with_the_line(provider: Path) -> None:
    (provider / "main.py").write_bytes(ADAPTER.encode() + b"# gr\xfc\xdfe\n")
    assert refusal(provider) == f"{provider / 'main.py'}: line 3 is not UTF-8"


def test_a_source_is_the_same_text_on_every_platform(tmp_path: Path) -> None:
    (tmp_path / "main.py").write_bytes(b"\xef\xbb\xbfx = 1\r\ny = 2\n")
    assert read_source(tmp_path / "main.py") == "x = 1\ny = 2\n"


@pytest.mark.parametrize(
    "text",
    [
        "import pyscript",
        "import js, pyscript",
        "import pyscript.web as web",
        "from pyscript import window",
        "from pyscript.web import page",
        "import js; import pyscript",
        "def later():\n    from pyscript import window",
        "try:\n\timport pyscript\nexcept ImportError:\n\tpass",
    ],
)
def test_an_import_of_pyscript_is_seen_wherever_it_stands(provider: Path, text: str) -> None:
    write(provider, "vendor/__init__.py", "vendor/page.py", text=text)
    assert Project.at(provider).needs_pyscript()


@pytest.mark.parametrize(
    "text",
    [
        "import pyscript_tools",
        "from vendor import pyscript",
        "from .pyscript import window",
        "from . import pyscript",
        '"""How to:\n\nimport pyscript\n"""',
        "# import pyscript",
        "pyscript = 1",
    ],
)
def test_what_only_looks_like_it_is_no_import_of_pyscript(provider: Path, text: str) -> None:
    write(provider, "vendor/__init__.py", text=text)
    assert not Project.at(provider).needs_pyscript()


def test_tests_may_import_pyscript(provider: Path) -> None:
    write(provider, "tests/__init__.py", "test_page.py", text="import pyscript")
    assert not Project.at(provider).needs_pyscript()


@pytest.mark.parametrize("name", ["random.py", "cotab.py", "pydantic/__init__.py", "js.py"])
def test_a_module_does_not_take_the_place_of_one_that_the_page_needs(provider: Path, name: str) -> None:
    write(provider, name)
    assert "would take the place" in refusal(provider)


def test_code_that_needs_pyscript_is_refused_where_the_page_has_none(provider: Path) -> None:
    write(provider, "helper.py", text="from pyscript import window\n")
    Project.at(provider).check()
    change(provider, "[page]", '[page]\nboot = "pyodide"')
    assert 'page.boot = "pyodide"' in refusal(provider)


@pytest.mark.parametrize(
    "call", ['tab.sdk.load("assets/sdk.js", "Sdk")', 'self.tab.sdk.load_module("./assets/sdk.js?v=2")']
)
def test_a_script_that_the_code_loads_must_be_there(provider: Path, call: str) -> None:
    change(provider, 'adapter = "main:Minimal"', 'adapter = "main:Minimal"\nassets = "js"')
    write(provider, "js/Sdk.js")
    write(provider, "main.py", text=f"{ADAPTER}\nasync def start(self, tab):\n    await {call}\n")
    assert (
        refusal(provider)
        == f'{provider / "main.py"}:5: loads "assets/sdk.js", but there is no such file in {provider / "js"}'
    )
    write(provider, "js/sdk.js")
    Project.at(provider).check()


@pytest.mark.parametrize(
    "call", ['json.load("assets/sdk.js")', "tab.sdk.load(name)", 'tab.sdk.load("https://x.test/assets/a.js")']
)
def test_what_else_is_loaded_is_not_looked_for(provider: Path, call: str) -> None:
    write(provider, "main.py", text=f"{ADAPTER}\nasync def start(tab, json, name):\n    {call}\n")
    Project.at(provider).check()


def test_a_broken_manifest_comes_first(provider: Path) -> None:
    change(provider, "contoso", "X")
    write(provider, "main.py", text="class")
    with pytest.raises(ManifestError):
        Project.at(provider).check()
