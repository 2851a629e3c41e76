"""Background jobs of accounts: e-mails, and deleting old sessions and invitations."""

from __future__ import annotations

from datetime import timedelta

from kashcraft.accounts import services
from kashcraft.core.db import in_step
from kashcraft.core.jobs import task

# As long as the link of the e-mail would have worked.
UNANSWERED = timedelta(days=3)


@task(services.registration_email, delete_failed_after=UNANSWERED)
def send_registration_email(
    email: str, full_name: str, referred_by_code: str | None, onward: str | None, occasion: str
) -> None:
    """Send the e-mail about a registration."""
    in_step(
        lambda: services.send_registration_email(
            email=email,
            full_name=full_name,
            referred_by_code=referred_by_code,
            onward=onward,
            occasion=occasion,
        )
    )


@task(services.password_reset_email, delete_failed_after=UNANSWERED)
def send_password_reset_email(email: str, occasion: str) -> None:
    """Send a password reset e-mail, if the address has an account."""
    in_step(lambda: services.send_password_reset_email(email=email, occasion=occasion))


@task("accounts.purge_sessions")
def purge_sessions() -> None:
    """Delete sessions that expired long ago, in batches."""
    while in_step(lambda: services.purge_sessions(limit=1000)) == 1000:
        pass


@task("accounts.purge_invitations")
def purge_invitations() -> None:
    """Delete invitations of staff that ended long ago, in batches."""
    while in_step(lambda: services.purge_invitations(limit=1000)) == 1000:
        pass
