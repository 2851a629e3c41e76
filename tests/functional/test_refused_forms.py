"""A form that is refused says so in the title, has the focus on its summary, and leads to each field."""

import re

import pytest
from flask.testing import FlaskClient

FORMS = {
    "/account/register": {"email": "nobody", "password": "x"},
    "/account/sign-in": {"email": "", "password": ""},
    "/account/forgot": {"email": "nobody"},
    "/orders/find": {"number": "", "email": ""},
    "/gift-cards/balance": {"code": ""},
}


@pytest.mark.parametrize("path", FORMS)
def test_a_refused_form_is_found_without_javascript(client: FlaskClient, path: str) -> None:
    assert "<title>Error:" not in client.get(path).text

    page = client.post(path, data=FORMS[path])

    assert page.status_code == 422
    assert "<title>Error: " in page.text
    summary = re.search(
        r'<div class="error-summary[^>]*tabindex="-1" autofocus>.*?</div>\s*</div>', page.text, re.DOTALL
    )
    assert summary, path
    for target in re.findall(r'href="#([^"]+)"', summary[0]):
        assert f'id="{target}"' in page.text
        assert f'id="{target}-error"' in page.text
