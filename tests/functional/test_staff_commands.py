"""The first owner of an empty shop, and staff on the command line."""

from __future__ import annotations

import re

from flask import Flask

from kashcraft.accounts.models import Role
from kashcraft.core.clock import FrozenClock
from tests.conftest import browser
from tests.factories.people import person


def run(app: Flask, *arguments: str) -> tuple[int, str]:
    result = app.test_cli_runner().invoke(args=["staff", *arguments])
    return result.exit_code, result.stderr if result.exit_code else result.stdout


def link_in(output: str) -> str:
    found = re.search(r"^http://localhost(/account/staff-invitation/\S+)$", output, re.MULTILINE)
    assert found, output
    return found[1]


def test_the_first_owner_of_an_empty_shop_follows_a_printed_link(app: Flask, frozen: FrozenClock) -> None:
    code, first = run(app, "add", "me@shop.example", "--role", "owner")
    assert code == 0
    assert "The link works once, until " in first
    _, second = run(app, "add", "ME@shop.example", "--role", "owner")

    owner = browser(app)
    assert owner.get(link_in(first)).status_code == 410
    joined = owner.post(link_in(second), data={"full_name": "Noor Wani", "password": "seven carpets fly"})
    assert joined.headers["Location"] == "/backoffice/?notice=joined_staff"
    assert owner.get("/backoffice/staff").status_code == 200
    code, listed = run(app, "list")
    assert (code, listed.count("\t")) == (0, 4)
    assert listed.startswith("ME@shop.example\tNoor Wani\towner\tactive\t")


def test_staff_are_suspended_and_resumed_by_address(app: Flask) -> None:
    with app.app_context():
        person(Role.OWNER, email="owner@shop.example")
        person(Role.SUPPORT, Role.EDITOR, email="asha@shop.example")
        person(email="customer@shop.example")
    assert run(app, "suspend", " Asha@shop.example") == (0, " Asha@shop.example is suspended\n")
    assert run(app, "list") == (
        0,
        "asha@shop.example\tAsha Bhat\teditor, support\tsuspended\t-\n"
        "owner@shop.example\tAsha Bhat\towner\tactive\t-\n",
    )
    assert run(app, "add", "asha@shop.example", "--role", "owner") == (
        1,
        "Error: asha@shop.example is suspended: run flask staff resume asha@shop.example\n",
    )
    assert run(app, "resume", "asha@shop.example") == (0, "asha@shop.example is active\n")
    assert run(app, "suspend", "owner@shop.example") == (
        1,
        "Error: owner@shop.example is the only active owner; add another owner first\n",
    )
    assert run(app, "suspend", "customer@shop.example") == (
        1,
        "Error: customer@shop.example is not a member of staff\n",
    )
    assert run(app, "add", "owner@shop.example", "--role", "owner") == (
        1,
        "Error: owner@shop.example has these roles already\n",
    )
    assert run(app, "add", "nobody", "--role", "owner") == (1, "Error: “nobody” is not an e-mail address\n")
    assert run(app, "add", "new@shop.example")[0] == 2
    assert run(app, "add", "new@shop.example", "--role", "pope")[0] == 2
