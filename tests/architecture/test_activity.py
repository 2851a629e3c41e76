"""docs/operating.md lists every line of the activity log, and the code writes no other."""

from __future__ import annotations

import ast
import re
from collections import defaultdict

from kashcraft.accounts.models import Role
from kashcraft.gift_cards import models as gift_cards
from kashcraft.inventory.models import LogReason
from kashcraft.loyalty import models as loyalty
from kashcraft.vouchers import models as vouchers
from tests.architecture.source import ROOT, Module, modules

# Sales are logged with their orders, and opening entries with an import.
NOT_LOGGED = {LogReason.PURCHASE, LogReason.OPENING}
# Actions whose names are values of an enum.
KINDS = {
    "voucher": [*vouchers.VoucherChangeKind],
    "loyalty": [*loyalty.ProgrammeChangeKind],
    "gift card": [*gift_cards.EntryKind, *gift_cards.ActionKind],
    "stock": [reason for reason in LogReason if reason not in NOT_LOGGED],
    "account": [f"made_{role}" for role in Role],
}


def calls_of(name: str, module: Module) -> list[ast.Call]:
    if name not in module.text:
        return []
    return [
        node
        for node in ast.walk(module.tree)
        if isinstance(node, ast.Call) and ast.unparse(node.func) == name
    ]


def actions_in(node: ast.expr) -> set[str]:
    """Return the texts of an action: one, or both of a condition."""
    return {part.value for part in ast.walk(node) if isinstance(part, ast.Constant) and part.value}


def documented() -> dict[str, tuple[set[str], set[str]]]:
    """Return the actions and the fields of each event of the table."""
    section = (ROOT / "docs/operating.md").read_text().split("## The activity log")[1].split("\n## ")[0]
    rows = [line.strip("|").split("|") for line in section.splitlines() if line.startswith("| `")]
    words = [[set(re.findall(r"`([^`]+)`", cell)) for cell in row] for row in rows]
    return {event.pop(): (actions, fields) for event, actions, fields in words}


def test_the_table_lists_the_fields_of_each_line() -> None:
    logged: dict[str, set[str]] = defaultdict(set)
    for module in modules():
        for call in calls_of("activity_log.note", module):
            event = ast.literal_eval(call.args[0])
            logged[event] |= {str(keyword.arg) for keyword in call.keywords} - {"action"}

    assert {event: fields for event, (_, fields) in documented().items()} == logged, (
        "correct the fields in the table of docs/operating.md (left); activity_log.note is right"
    )


def test_the_table_lists_every_action() -> None:
    actions: dict[str, set[str]] = defaultdict(
        set, {event: {*map(str, kinds)} for event, kinds in KINDS.items()} | {"change": set()}
    )
    for module in modules():
        for call in calls_of("activity_log.note", module):
            action = next(keyword.value for keyword in call.keywords if keyword.arg == "action")
            if isinstance(action, ast.Constant):
                actions[ast.literal_eval(call.args[0])].add(action.value)
        for call in calls_of("audit_trail.record", module):
            action = next(keyword.value for keyword in call.keywords if keyword.arg == "action")
            actions["change"] |= actions_in(action)
        if module.parts[:2] == ("orders", "services"):
            calls = calls_of("record_event", module) + calls_of("record_move", module)
            kinds = (call.args[1] for call in calls)
            actions["order"] |= {kind.value for kind in kinds if isinstance(kind, ast.Constant)}
    # Kinds of the order's history that the code builds from parts.
    composed = {"processing", "shipped", "delivered", "refund_done", "refund_failed"}
    actions["order"] |= composed | {"return_approved", "return_refused", "return_received"}

    assert {event: actions for event, (actions, _) in documented().items()} == actions, (
        "correct the acts in the table of docs/operating.md (left); an action is found here if the call of"
        " activity_log.note gives it as a text, so write a call for each action, or enter its enum in KINDS"
    )


def test_no_field_contains_secrets_or_personal_data() -> None:
    fields = {field for _, (_, found) in documented().items() for field in found}

    assert [name for name in sorted(fields) if re.search(r"mail|name|code$|token|key|address", name)] == []
