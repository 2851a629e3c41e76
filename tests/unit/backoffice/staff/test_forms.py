"""Roles are chosen from the known ones, and at least one."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from flask import Flask
from werkzeug.datastructures import MultiDict

from kashcraft.accounts.models import Role
from kashcraft.backoffice.staff.forms import CHOICES, InviteForm, RolesForm, role_choices


@pytest.fixture(autouse=True)
def request_language(app: Flask) -> Iterator[None]:
    with app.test_request_context():
        yield


def test_every_role_can_be_chosen() -> None:
    assert list(CHOICES) == list(Role)
    assert [one.value for one in role_choices()] == ["owner", "editor", "fulfilment", "support"]
    form = RolesForm(MultiDict([("roles", "editor"), ("roles", "owner"), ("seen", "support,active")]))
    assert form.validate()
    assert (form.chosen, form.seen.data) == ([Role.EDITOR, Role.OWNER], "support,active")


@pytest.mark.parametrize("chosen", [[], ["pope"]])
def test_nothing_and_unknown_roles_are_refused(chosen: list[str]) -> None:
    form = InviteForm(MultiDict([("email", "new@shop.example"), *(("roles", one) for one in chosen)]))
    assert not form.validate()
    assert list(form.errors) == ["roles"]
