"""No act without its Event: every public function of the actions that takes `by` comes to `accounts.actions.record`."""

import ast
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent
APPS = ("accounts", "notices", "campaigns", "checklists", "inspections", "reports")
RECORDS = {("accounts.actions", name) for name in ("record", "record_many", "record_each")}
# Those that change nothing, and those that are part of an act which records itself.
NO_ACTS = {
    "asks who may, changes nothing": """
        campaigns.actions.members: may_add may_end may_name_deputy may_link linkable
        inspections.actions.kinds: must_be_office
        reports.actions: is_office is_leader reads_all
    """,
    "reads or locks a row for an act": """
        checklists.actions.issuing: plan_issue
        checklists.actions.duties: locked_duty
        checklists.actions.imports: open_import
        inspections.actions.findings: lock
        inspections.actions.recording: known_by_key
    """,
    "a message about an act, sent by it": """
        campaigns.actions.estates: tell_left_behind
        checklists.actions.parts: tell tell_end
        checklists.actions.telling: tell_unit
        inspections.actions.telling: tell_unit tell_issued tell_entered tell_taken_back
    """,
    "a file on its way, nobody's until an act takes it": """
        checklists.actions.uploads: start_upload take_uploads forget_uploads
    """,
}
EXCUSED = {
    (module, name)
    for lines in NO_ACTS.values()
    for module, _colon, names in (line.strip().partition(":") for line in lines.strip().splitlines())
    for name in names.split()
}


def sources() -> dict[str, str]:
    """Module -> text."""
    paths = [path.relative_to(ROOT) for app in APPS for path in (ROOT / app).rglob("*.py") if "migrations" not in path.parts]
    return {".".join(path.with_suffix("").parts).removesuffix(".__init__"): (ROOT / path).read_text() for path in paths}


def uses(modules: dict[str, ast.Module]) -> dict[tuple, set[tuple]]:
    """(module, name at its top level) -> the same of all it names."""
    found = {}
    for module, tree in modules.items():
        own, brought = _named(tree), _brought(tree)
        for name, node in own.items():
            found[module, name] = {
                target
                for part in ast.walk(node)
                if (target := _target(part, module, own, brought, modules)) not in (None, (module, name))
            }
    return found


def _named(tree):
    """Functions, classes and tables of a module."""
    named = {node.name: node for node in tree.body if isinstance(node, ast.FunctionDef | ast.ClassDef)}
    for node in tree.body:
        if isinstance(node, ast.Assign | ast.AnnAssign):
            targets = node.targets if isinstance(node, ast.Assign) else [node.target]
            named |= {target.id: node for target in targets if isinstance(target, ast.Name)}
    return named


def _brought(tree):
    """Name -> (module, name there) of what is imported."""
    imports = [node for node in ast.walk(tree) if isinstance(node, ast.ImportFrom) and node.module]
    return {alias.asname or alias.name: (node.module, alias.name) for node in imports for alias in node.names}


def _target(part, module, own, brought, modules):
    """`name` of this module or an imported one; `module.name` of an imported module."""
    if isinstance(part, ast.Name):
        return (module, part.id) if part.id in own else brought.get(part.id)
    if isinstance(part, ast.Attribute) and isinstance(part.value, ast.Name) and part.value.id in brought:
        full = ".".join(brought[part.value.id])
        return (full, part.attr) if full in modules else None
    return None


def acts(modules: dict[str, ast.Module]) -> list[tuple]:
    """Public functions of the actions with an argument `by`."""
    return [
        (module, node.name)
        for module, tree in modules.items()
        if "actions" in module.split(".")
        for node in tree.body
        if isinstance(node, ast.FunctionDef) and not node.name.startswith("_")
        if "by" in {argument.arg for argument in node.args.args + node.args.kwonlyargs}
    ]


def unrecorded(texts: dict[str, str]) -> list[tuple]:
    """Acts from which no way leads to a record."""
    modules = {module: ast.parse(text) for module, text in texts.items()}
    named_by = {}
    for source, targets in uses(modules).items():
        for target in targets:
            named_by.setdefault(target, set()).add(source)
    recorded, waiting = set(RECORDS), list(RECORDS)
    while waiting:
        new = named_by.get(waiting.pop(), set()) - recorded
        recorded |= new
        waiting += new
    return sorted(set(acts(modules)) - recorded)


def test_every_act_is_recorded():
    assert unrecorded(sources()) == sorted(EXCUSED)


@pytest.mark.parametrize(
    ("act", "is_recorded"),
    [
        ("def end(row, *, by):\n    row.save()", False),
        ("def end(row, *, by):\n    row.save()\n    record(by, 'row.end', row)", True),
        ("def end(row, *, by):\n    _write(row, by)\n\n\ndef _write(row, by):\n    record(by, 'row.end', row)", True),
        ("MOVES = {'end': record}\n\n\ndef end(row, *, by):\n    MOVES['end'](by, 'row.end', row)", True),
        ("def end(row):\n    row.save()", True),  # without `by`: part of somebody's act
        ("def _end(row, *, by):\n    row.save()", True),
    ],
)
def test_an_act_that_forgets_it_is_named(act, is_recorded):
    found = unrecorded({"campaigns.actions.rows": f"from accounts.actions import record\n\n\n{act}\n"})

    assert found == ([] if is_recorded else [("campaigns.actions.rows", "end")])
