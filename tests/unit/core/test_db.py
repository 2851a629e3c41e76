"""The step: one transaction, and the only way to write."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest
import sqlalchemy as sa
from flask import Flask
from sqlalchemy.exc import IntegrityError, OperationalError

from kashcraft.accounts.models import LoginSession, User
from kashcraft.core.db import (
    after_step,
    db,
    end_reading,
    fulfill_requirement,
    in_a_step,
    in_step,
    last_in_step,
    require_before_commit,
    step,
    table_of,
)
from kashcraft.core.staging import run_and_roll_back


def person(name: str = "ada") -> User:
    return User(email=f"{name}@shop.example", email_key=f"{name}@shop.example", full_name=name, roles=[])


def count() -> int:
    return db.session.scalar(sa.select(sa.func.count()).select_from(User)) or 0


def test_a_step_commits_at_its_end(database: Flask) -> None:
    with step() as session:
        session.add(person())
        assert in_a_step()
    db.session.remove()

    assert count() == 1
    assert not in_a_step()


def test_an_exception_rolls_the_step_back(database: Flask) -> None:
    with pytest.raises(ZeroDivisionError), step() as session:
        session.add(person())
        session.flush()
        raise ZeroDivisionError
    db.session.remove()

    assert count() == 0
    assert not in_a_step()


def test_steps_do_not_nest(database: Flask) -> None:
    with pytest.raises(RuntimeError, match="a step inside a step"), step(), step():
        pass


def test_nothing_is_written_outside_a_step(database: Flask) -> None:
    db.session.add(person())
    with pytest.raises(RuntimeError, match="a write outside a step"):
        db.session.flush()
    db.session.rollback()
    with pytest.raises(RuntimeError, match="a write outside a step"):
        db.session.execute(sa.update(User).values(full_name="x"))

    assert count() == 0


def test_a_step_commits_only_when_its_requirements_are_fulfilled(database: Flask) -> None:
    with pytest.raises(RuntimeError, match="the step lacks the second act"), step() as session:
        session.add(person())
        require_before_commit("the second act")
    assert count() == 0
    db.session.rollback()
    with step() as session:
        session.add(person())
        require_before_commit("the second act")
        fulfill_requirement("the second act")
    assert count() == 1
    with pytest.raises(RuntimeError, match="no step is running"):
        require_before_commit("anything")


def test_requirements_of_a_failed_step_do_not_affect_the_next(database: Flask) -> None:
    with pytest.raises(ZeroDivisionError), step():
        require_before_commit("the second act")
        raise ZeroDivisionError
    with step() as session:
        session.add(person())
    assert count() == 1


def test_a_step_reads_the_latest_data(database: Flask) -> None:
    with step() as session:
        session.add(person())
    seen = db.session.scalars(sa.select(User)).one()
    with database.app_context(), step() as other:
        other.execute(sa.update(User).values(full_name="Ada King"))

    with step():
        assert db.session.get_one(User, seen.id).full_name == "Ada King"


def test_after_step_calls_run_once_after_the_commit(database: Flask) -> None:
    seen: list[int] = []

    def look() -> None:
        seen.append(count())

    with step() as session:
        session.add(person())
        after_step(look)
        after_step(look)
        assert seen == []

    assert seen == [1]


def test_after_step_calls_are_dropped_on_rollback(database: Flask) -> None:
    seen: list[int] = []
    with pytest.raises(ZeroDivisionError), step():
        after_step(lambda: seen.append(1))
        raise ZeroDivisionError
    with step():
        pass

    assert seen == []


def test_last_in_step_calls_run_once_before_the_commit(database: Flask) -> None:
    def add_the_last() -> None:
        assert count() == 1
        db.session.add(person("last"))

    with step() as session:
        last_in_step(add_the_last)
        last_in_step(add_the_last)
        session.add(person())
    assert count() == 2

    with step():
        pass
    assert count() == 2


def test_last_in_step_calls_may_add_further_calls(database: Flask) -> None:
    seen: list[str] = []

    def ask_for_more() -> None:
        seen.append("last")
        last_in_step(lambda: seen.append("very last"))

    with step():
        last_in_step(ask_for_more)

    assert seen == ["last", "very last"]


def test_last_in_step_calls_are_dropped_on_failure(database: Flask) -> None:
    seen: list[int] = []
    with pytest.raises(ZeroDivisionError), step():
        last_in_step(lambda: seen.append(1))
        raise ZeroDivisionError
    with step():
        pass

    assert seen == []


def test_after_end_reading_the_latest_data_is_read(database: Flask) -> None:
    with step() as session:
        session.add(person())
    seen = db.session.scalars(sa.select(User)).one()
    with database.app_context(), step() as other:
        other.execute(sa.update(User).values(full_name="Ada King"))
    end_reading()

    assert db.session.get_one(User, seen.id).full_name == "Ada King"


def test_a_step_cannot_be_ended_from_inside(database: Flask) -> None:
    with pytest.raises(RuntimeError, match="a step ends its own transaction"), step():
        end_reading()


class Deadlock(Exception):
    sqlstate = "40P01"


def test_a_deadlock_repeats_the_step_from_the_start(database: Flask) -> None:
    tries: list[int] = []

    def work() -> str:
        tries.append(count())
        db.session.add(person(f"p{len(tries)}"))
        db.session.flush()
        if len(tries) < 3:
            raise OperationalError("", {}, Deadlock())
        return "done"

    assert in_step(work) == "done"
    assert tries == [0, 0, 0]
    assert db.session.scalars(sa.select(User.full_name)).all() == ["p3"]


def test_a_deadlock_is_raised_after_five_tries(database: Flask) -> None:
    tries: list[int] = []

    def work() -> None:
        tries.append(1)
        raise OperationalError("", {}, Deadlock())

    with pytest.raises(OperationalError):
        in_step(work)
    assert len(tries) == 5


def test_other_errors_are_not_repeated(database: Flask) -> None:
    with step() as session:
        session.add(person())
    tries: list[int] = []

    def work() -> None:
        tries.append(1)
        db.session.add(person())
        db.session.flush()

    with pytest.raises(IntegrityError):
        in_step(work)
    assert tries == [1]


def test_foreign_keys_are_enforced(database: Flask) -> None:
    stranger = person().id or __import__("uuid").uuid4()
    with pytest.raises(IntegrityError), step() as session:
        session.add(
            LoginSession(user_id=stranger, token_hash="x", expires_at=datetime(2026, 1, 1, tzinfo=UTC))
        )


def test_an_exit_inside_a_step_releases_the_lock(database: Flask) -> None:
    with pytest.raises(SystemExit), step():
        raise SystemExit

    with step() as session:
        session.add(person())
    assert count() == 1


def test_unsaved_objects_of_a_failed_view_are_not_written_by_the_next_step(database: Flask) -> None:
    db.session.add(person("left over"))

    with step() as session:
        session.add(person())

    assert db.session.scalars(sa.select(User.full_name)).all() == ["ada"]


def test_calls_cannot_be_added_outside_of_a_step(database: Flask) -> None:
    with pytest.raises(RuntimeError, match="no step is running"):
        after_step(lambda: None)
    with pytest.raises(RuntimeError, match="no step is running"):
        last_in_step(lambda: None)


def test_run_and_roll_back_returns_the_result_and_rolls_back(database: Flask) -> None:
    results: list[str] = []

    def work() -> int:
        db.session.add(person())
        after_step(lambda: results.append("committed"))
        return count()

    assert run_and_roll_back(work) == 1
    db.session.remove()

    assert (count(), results, in_a_step()) == (0, [], False)


def test_run_and_roll_back_raises_errors_of_the_database(database: Flask) -> None:
    with step() as session:
        session.add(person())

    with pytest.raises(IntegrityError):
        run_and_roll_back(lambda: db.session.add(person()))
    assert count() == 1


def test_the_table_of_a_model_is_known_by_its_columns() -> None:
    assert table_of(User) is User.__table__
    assert str(sa.select(table_of(User).c.email)) == "SELECT users.email \nFROM users"
