"""docs/operating.md names every line of the log of acts, and the code writes no other."""

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

# Sales leave the stock by the holds of their orders, and a ledger opens with an import.
NOT_NOTED = {LogReason.PURCHASE, LogReason.OPENING}
# Acts that code takes from what it writes into its books.
KINDS = {
    "voucher": [*vouchers.VoucherChangeKind],
    "loyalty": [*loyalty.ProgrammeChangeKind],
    "gift card": [*gift_cards.EntryKind, *gift_cards.ActionKind],
    "stock": [reason for reason in LogReason if reason not in NOT_NOTED],
    "account": [f"made_{role}" for role in Role],
}


def calls_of(name: str, module: Module) -> list[ast.Call]:
    return [
        node
        for node in ast.walk(module.tree)
        if isinstance(node, ast.Call) and ast.unparse(node.func) == name
    ]


def documented() -> dict[str, tuple[set[str], set[str]]]:
    """Return the acts and the fields of each event of the table."""
    section = (ROOT / "docs/operating.md").read_text().split("## The log of acts")[1].split("\n## ")[0]
    rows = [line.strip("|").split("|") for line in section.splitlines() if line.startswith("| `")]
    words = [[set(re.findall(r"`([^`]+)`", cell)) for cell in row] for row in rows]
    return {event.pop(): (acts, fields) for event, acts, fields in words}


def test_the_table_names_the_fields_of_each_line() -> None:
    written: dict[str, set[str]] = defaultdict(set)
    for module in modules():
        for call in calls_of("activity_log.note", module):
            event = ast.literal_eval(call.args[0])
            written[event] |= {str(keyword.arg) for keyword in call.keywords} - {"act"}

    assert {event: fields for event, (_, fields) in documented().items()} == written


def test_the_table_names_every_act() -> None:
    acts: dict[str, set[str]] = defaultdict(
        set, {event: {*map(str, kinds)} for event, kinds in KINDS.items()}
    )
    for module in modules():
        for call in calls_of("activity_log.note", module):
            act = next(keyword.value for keyword in call.keywords if keyword.arg == "act")
            if isinstance(act, ast.Constant):
                acts[ast.literal_eval(call.args[0])].add(act.value)
        if module.parts[:2] == ("orders", "services"):
            kinds = (call.args[1] for call in calls_of("record_event", module))
            acts["order"] |= {kind.value for kind in kinds if isinstance(kind, ast.Constant)}
    # Of the order's kinds that are put together, the table has those that there are.
    put_together = {"processing", "shipped", "delivered", "refund_done", "refund_failed"}
    acts["order"] |= put_together | {"return_approved", "return_refused", "return_received"}

    assert {event: acts for event, (acts, _) in documented().items()} == acts


def test_no_field_says_what_is_secret_or_whose_it_is() -> None:
    fields = {field for _, (_, found) in documented().items() for field in found}

    assert [name for name in sorted(fields) if re.search(r"mail|name|code$|token|key|address", name)] == []
