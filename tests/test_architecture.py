"""The shape of the house (DESIGN 3). Each rule is a function, and each is shown to see a violation."""

import ast
import re
import shutil
import subprocess
import sys
from collections.abc import Iterable, Iterator
from pathlib import Path

import pytest
from django.apps import apps
from django.db import models
from django.db.migrations.autodetector import MigrationAutodetector
from django.db.migrations.loader import MigrationLoader
from django.db.migrations.state import ProjectState
from django.test.utils import isolate_apps

ROOT = Path(__file__).parent.parent
OURS = ("conflicts", "marketplace", "vendors")
RANK = {"accounts": 0, "records": 0, "conflicts": 1, "vendors": 2, "marketplace": 3}
LONGEST_FILE = 400
# The client itself is the tenant; every other table of the client side belongs to one.
NO_TENANT = {"Client"}
# Reading a clock or the world would make two runs of the engine differ.
WORLDLY = {
    "io",
    "logging",
    "os",
    "pathlib",
    "random",
    "secrets",
    "socket",
    "subprocess",
    "tempfile",
    "threading",
    "time",
}


def python_files(root: Path, *folders: str) -> Iterator[Path]:
    for folder in folders:
        for path in sorted((root / folder).rglob("*.py")):
            if "migrations" not in path.parts:
                yield path


def too_long(paths: Iterable[Path]) -> list[str]:
    return [path.name for path in paths if len(path.read_text(encoding="utf-8").splitlines()) > LONGEST_FILE]


def nested_imports(source: str) -> list[int]:
    """Return the lines of imports that stand inside a function."""
    functions = (
        node for node in ast.walk(ast.parse(source)) if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef)
    )
    inside = (node for function in functions for node in ast.walk(function))
    return sorted({node.lineno for node in inside if isinstance(node, ast.Import | ast.ImportFrom)})


def imported(source: str) -> set[str]:
    """Return the names of all imported modules."""
    nodes = list(ast.walk(ast.parse(source)))
    plain = {alias.name for node in nodes if isinstance(node, ast.Import) for alias in node.names}
    return plain | {node.module or "" for node in nodes if isinstance(node, ast.ImportFrom)}


def impure_imports(source: str) -> set[str]:
    """Return what the engine may not import: all but its own modules and the calm part of the standard library."""
    calm = sys.stdlib_module_names - WORLDLY
    return {name for name in imported(source) if name.partition(".")[0] not in calm and not is_engine(name)}


def is_kernel(path: Path) -> bool:
    """Whether the file belongs to the bulk kernel, which alone computes on arrays."""
    return "kernel" in path.relative_to(ROOT).parts


def is_engine(module: str) -> bool:
    return f"{module}.".startswith("conflicts.engine.")


def pointing_up(edges: Iterable[tuple[str, str]]) -> list[tuple[str, str]]:
    """Return the references from one app of ours to one above it."""
    return [(one, other) for one, other in edges if RANK.get(other, -1) > RANK[one]]


def references(labels: Iterable[str]) -> list[tuple[str, str]]:
    """Return (app, app referred to) for every foreign key and many-to-many field."""
    ours = [model for label in labels for model in apps.get_app_config(label).get_models(include_auto_created=True)]
    fields = [field for model in ours for field in model._meta.get_fields() if field.concrete]
    return [
        (field.model._meta.app_label, field.related_model._meta.app_label)
        for field in fields
        if isinstance(field.related_model, type)
    ]


def missing_migrations(state: ProjectState) -> set[str]:
    """Return our apps whose models, as `state` has them, differ from their migrations."""
    loader = MigrationLoader(None, ignore_no_migrations=True)
    changes = MigrationAutodetector(loader.project_state(), state).changes(graph=loader.graph)
    return set(changes) & set(RANK)


def lacking(owned: Iterable[type[models.Model]], key: str) -> set[str]:
    """Return the models without the required column that says whose a row is."""
    return {model.__name__ for model in owned if not has_required(model, key)}


def has_required(model: type[models.Model], key: str) -> bool:
    return any(field.name == key and not field.null for field in model._meta.concrete_fields)


def pins(lock: str) -> dict[str, str]:
    """Return each pin of a lock file with the text up to the next pin."""
    parts = re.split(r"^(\S+==\S+)", lock, flags=re.MULTILINE)
    return dict(zip(parts[1::2], parts[2::2], strict=True))


def lint_imports(folder: Path) -> subprocess.CompletedProcess[str]:
    command = "from importlinter.cli import lint_imports_command; lint_imports_command()"
    return subprocess.run(
        [sys.executable, "-c", command, "--no-cache"], cwd=folder, capture_output=True, text=True, check=False
    )


@pytest.fixture
def small_house(tmp_path: Path) -> Path:
    """A copy of the import contracts over a house of empty rooms."""
    shutil.copy(ROOT / "pyproject.toml", tmp_path)
    rooms = ("conflicts.engine", "conflicts.services", "marketplace.accounts", "marketplace.records", "vendors.models")
    for room in (*rooms, "conflicts.models", "conflicts.tasks", "marketplace.services", "marketplace.celery"):
        package = tmp_path.joinpath(*room.split("."))
        package.mkdir(parents=True)
        (package / "__init__.py").touch()
        (package.parent / "__init__.py").touch()
    return tmp_path


def test_imports_keep_the_contracts() -> None:
    result = lint_imports(ROOT)
    assert result.returncode == 0, result.stdout


def test_an_empty_house_keeps_the_contracts(small_house: Path) -> None:
    result = lint_imports(small_house)
    assert result.returncode == 0, result.stdout


@pytest.mark.parametrize(
    ("room", "import_line"),
    [
        ("conflicts/services", "import vendors.models"),
        ("conflicts/services", "import marketplace.services"),
        ("vendors/models", "import marketplace.services"),
        ("conflicts/models", "import conflicts.services"),
        ("conflicts/tasks", "import conflicts.services"),
        ("conflicts/engine", "import conflicts.models"),
        ("conflicts/engine", "import django.db"),
        ("conflicts/engine", "import numpy"),
        ("marketplace/records", "import marketplace.accounts"),
        ("marketplace/accounts", "import conflicts.models"),
        ("marketplace/celery", "import marketplace.services"),
    ],
)
def test_a_wrong_import_breaks_a_contract(small_house: Path, room: str, import_line: str) -> None:
    (small_house / room / "__init__.py").write_text(import_line)
    result = lint_imports(small_house)
    assert result.returncode == 1
    assert "BROKEN" in result.stdout


def test_the_engine_is_plain_python() -> None:
    plain = [path for path in python_files(ROOT, "conflicts/engine") if not is_kernel(path)]
    impure = {path.name: impure_imports(path.read_text()) for path in plain}
    assert impure
    assert not any(impure.values()), impure


def test_the_kernel_needs_numpy_and_numba_with_its_llvmlite_and_no_more() -> None:
    files = [path for path in python_files(ROOT, "conflicts/engine") if is_kernel(path)]
    needed = set().union(*(impure_imports(path.read_text()) for path in files))
    assert {name.partition(".")[0] for name in needed} == {"numpy", "numba", "llvmlite"}


def in_another_process(program: str, *options: str) -> str:
    """Run the program in a Python of its own, in the project's folder, and return what it prints."""
    command = [sys.executable, *options, "-c", f"import sys; sys.path.insert(0, {str(ROOT)!r})\n{program}"]
    return subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=True).stdout.strip()


def test_the_engine_is_imported_where_nothing_is_installed() -> None:
    program = """
import importlib, pkgutil
import conflicts.engine
modules = [found.name for found in pkgutil.walk_packages(conflicts.engine.__path__, "conflicts.engine.")
           if not found.name.startswith("conflicts.engine.kernel")]
for name in modules:
    importlib.import_module(name)
print(len(modules), [name for name in ("django", "numpy", "numba") if name in sys.modules])
"""
    count, _, loaded = in_another_process(program, "-I", "-S").partition(" ")
    assert int(count) > 30
    assert loaded == "[]"


def test_a_site_that_serves_loads_no_numpy() -> None:
    program = """
import os
os.environ["DJANGO_SETTINGS_MODULE"] = "marketplace.settings"
from django.core.wsgi import get_wsgi_application
get_wsgi_application()
import marketplace.urls, conflicts.tasks, marketplace.tasks
print([name for name in ("numpy", "numba") if name in sys.modules])
"""
    assert in_another_process(program) == "[]"


def test_an_impure_engine_is_seen() -> None:
    source = (
        "import time, math\nfrom django.db import models\nfrom conflicts.engine import facts\nimport conflicts.engines"
    )
    assert impure_imports(source) == {"time", "django.db", "conflicts.engines"}


def test_foreign_keys_never_point_up() -> None:
    found = references(RANK)
    assert ("records", "accounts") in found
    assert pointing_up(found) == []


def test_a_foreign_key_that_points_up_is_seen() -> None:
    edges = [("vendors", "conflicts"), ("conflicts", "vendors"), ("records", "accounts"), ("accounts", "contenttypes")]
    assert pointing_up(edges) == [("conflicts", "vendors")]


def test_no_migration_is_missing() -> None:
    assert missing_migrations(ProjectState.from_apps(apps)) == set()


def test_a_missing_migration_is_seen() -> None:
    state = ProjectState.from_apps(apps)
    state.remove_model("records", "logentry")
    assert missing_migrations(state) == {"records"}


def test_no_file_is_too_long() -> None:
    files = list(python_files(ROOT, *OURS, "tests", "deploy", "benchmarks"))
    assert Path(__file__) in files
    assert too_long(files) == []


def test_a_long_file_is_seen(tmp_path: Path) -> None:
    for name, lines in (("fits.py", LONGEST_FILE), ("long.py", LONGEST_FILE + 1)):
        (tmp_path / name).write_text("pass\n" * lines)
    assert too_long(tmp_path.iterdir()) == ["long.py"]


def test_no_import_stands_inside_a_function() -> None:
    found = {str(path): nested_imports(path.read_text()) for path in python_files(ROOT, *OURS, "benchmarks")}
    assert found
    assert {path: lines for path, lines in found.items() if lines} == {}


def test_an_import_inside_a_function_is_seen() -> None:
    source = "import os\nclass A:\n    def b(self):\n        if self:\n            import re\n"
    assert nested_imports(source) == [5]


def test_every_row_of_the_client_side_says_whose_it_is() -> None:
    owned = [model for model in apps.get_app_config("marketplace").get_models() if model.__name__ not in NO_TENANT]
    assert owned
    assert lacking(owned, "client") == set()


def test_every_row_about_a_principal_says_whose_it_is() -> None:
    every = apps.get_app_config("conflicts").get_models()
    owned = [model for model in every if any(field.name == "principal" for field in model._meta.concrete_fields)]
    assert owned
    assert lacking(owned, "tenant") == set()


@isolate_apps("marketplace")
def test_a_row_without_its_tenant_is_seen() -> None:
    attributes = {"__module__": "marketplace.models", "note": models.TextField()}
    loose = type("Loose", (models.Model,), dict(attributes))
    optional = type("Optional", (models.Model,), {**attributes, "client": models.UUIDField(null=True)})
    owned = type("Owned", (models.Model,), {**attributes, "client": models.UUIDField()})
    assert lacking([loose, optional, owned], "client") == {"Loose", "Optional"}


@pytest.mark.parametrize("name", ["requirements.lock", "requirements-dev.lock", "requirements-bench.lock"])
def test_locks_carry_hashes_and_no_addresses(name: str) -> None:
    lock = (ROOT / name).read_text()
    assert "django==" in lock
    assert [pin for pin, text in pins(lock).items() if "--hash=sha256:" not in text] == []
    assert re.findall(r".*(?:://|--(?:extra-)?index-url|--find-links|file:).*", lock) == []


def test_a_pin_without_a_hash_is_seen() -> None:
    lock = "one==1 \\\n    --hash=sha256:00\n    # via two\ntwo==2\n"
    assert [pin for pin, text in pins(lock).items() if "--hash=sha256:" not in text] == ["two==2"]


def test_the_development_lock_holds_every_runtime_pin() -> None:
    runtime, development, bench = (
        pins((ROOT / f"requirements{kind}.lock").read_text()) for kind in ("", "-dev", "-bench")
    )
    assert runtime.keys() < development.keys() < bench.keys()
