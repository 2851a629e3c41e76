"""The server of developers shows what was edited without a restart, and no real shop runs it."""

from __future__ import annotations

import re
import shutil
import subprocess
import time
import urllib.request
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from tests.support import server

PARTS = ("kashcraft", "templates", "static", "migrations")
PAGE = "/account/sign-in"


@pytest.fixture(scope="module")
def copy(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The shop's files in a folder where they may be edited; pictures of the demo are left out."""
    root = tmp_path_factory.mktemp("copy")
    for name in PARTS:
        shutil.copytree(
            server.ROOT / name, root / name, ignore=shutil.ignore_patterns("*.avif", "*.webp", "__pycache__")
        )
    shutil.copy(server.ROOT / "wsgi.py", root)
    return root


@pytest.fixture(scope="module")
def shop(copy: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[server.Server]:
    """The shop as ``make dev`` starts it."""
    instance, port = tmp_path_factory.mktemp("instance"), server.free_port()
    variables = server.environment(
        instance, base_url=f"http://127.0.0.1:{port}", embedded_worker="1", rate_limits="0"
    )
    server.flask("db", "upgrade", variables=variables)
    (instance / "bowl.csv").write_text("Handle,Title,Variant Price\nbowl,Walnut bowl,43.00\n")
    server.flask("catalogue", "import", str(instance / "bowl.csv"), variables=variables)
    running = server.launch(
        ["run", "--debug", "--port", str(port)],
        port,
        instance,
        variables | {"PYTHONPATH": str(copy)},
        root=copy,
    )
    yield running
    running.stop()


def page(shop: server.Server, path: str = PAGE) -> str:
    with urllib.request.urlopen(shop.url + path, timeout=10) as answer:  # noqa: S310 - our own
        return str(answer.read().decode())


def style(shop: server.Server) -> str:
    """Return what the style sheet of a list says, whose layout a real shop keeps."""
    found = re.search(r'href="(/static/app\.[0-9a-f]+\.css)"', page(shop, "/products"))
    assert found is not None
    return page(shop, found[1])


def soon(is_there: Callable[[], bool], seconds: float = 15) -> bool:
    """Return whether something comes true within some seconds."""
    deadline = time.monotonic() + seconds
    while not is_there():
        if time.monotonic() > deadline:
            return False
        time.sleep(0.1)
    return True


def edit(file: Path, old: str, new: str) -> None:
    text = file.read_text()
    assert old in text
    file.write_text(text.replace(old, new, 1))


def test_an_edited_template_shows_at_the_next_look(shop: server.Server, copy: Path) -> None:
    assert "<h1>Sign in</h1>" in page(shop)

    edit(copy / "templates/accounts/sign_in.html", "<h1>", "<h1>Please, ")

    assert "<h1>Please, Sign in</h1>" in page(shop)


def test_what_a_real_shop_keeps_shows_at_the_next_look_too(shop: server.Server, copy: Path) -> None:
    assert "Walnut bowl" in page(shop, "/products")

    edit(copy / "templates/layouts/_footer.html", '<footer class="site-footer">', '<footer id="edited-foot">')
    edit(copy / "templates/storefront/_card.html", "<li>", '<li id="edited-card">')

    listing = page(shop, "/products")
    assert ("edited-foot" in listing, "edited-card" in listing) == (True, True)


def test_an_edited_style_sheet_shows_at_the_next_look(shop: server.Server, copy: Path) -> None:
    assert ".edited" not in style(shop)

    with (copy / "static/css/utilities.css").open("a") as sheet:
        sheet.write(".edited { order: 1; }\n")

    # The sources are looked at twice a second.
    assert soon(lambda: ".edited" in style(shop), seconds=5)


def test_no_browser_keeps_a_page_of_a_developer(shop: server.Server) -> None:
    with urllib.request.urlopen(shop.url + PAGE, timeout=10) as answer:  # noqa: S310 - our own
        assert answer.headers["Cache-Control"] == "private, no-cache"


def test_jobs_run_in_one_of_the_two_processes(shop: server.Server) -> None:
    assert soon(lambda: '"worker": "running"' in page(shop, "/healthz"))

    threads = [len(list(Path(f"/proc/{pid}/task").iterdir())) for pid in shop.pids()]

    assert len(threads) == 2
    assert threads[0] == 1


def test_edited_code_runs_and_a_mistake_in_it_ends_nothing(shop: server.Server, copy: Path) -> None:
    code = copy / "kashcraft/accounts/__init__.py"
    right = code.read_text()

    code.write_text(f"{right}\nthis is no Python\n")
    assert soon(lambda: "SyntaxError" in shop.log.read_text())
    code.write_text(right)

    def answers() -> bool:
        try:
            return "Sign in" in page(shop)
        except OSError:
            # What is edited before the reloader has looked around for the first time is no change to it.
            code.touch()
            time.sleep(1)
            return False

    assert soon(answers)


@pytest.mark.parametrize(
    ("command", "debug"),
    [(["run", "--debug"], ""), (["run", "--debugger"], ""), (["serve"], "1")],
)
def test_no_real_shop_has_the_debugger(tmp_path: Path, command: list[str], debug: str) -> None:
    real = server.environment(
        tmp_path,
        env="production",
        secret_key="0aZ9bY8cX7dW6eV5fU4gT3hS2iR1jQkP",
        encryption_keys="Kf3-xQ9_mB7vT2wLzR8nYc5HsGd4JpEu",
        database_url="sqlite:///shop.db",
        payments="sandbox",
        sandbox_webhook_secret="f2c19e4b7a60d835f2e81b9c04d7a653",
        base_url="https://shop.example",
        mail_url="smtps://shop:secret@mail.example",
    )
    done = subprocess.run(
        [server.FLASK, *command],
        cwd=server.ROOT,
        env={**real, "FLASK_DEBUG": debug},
        capture_output=True,
        text=True,
        timeout=60,
    )

    assert done.returncode == 1
    assert done.stderr == (
        "Error: production runs without Flask's debugger: unset FLASK_DEBUG, and use flask serve instead of"
        " flask run\n"
    )
