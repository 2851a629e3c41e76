"""Pages to register, confirm an address, sign in and out, reset a password, and join the staff."""

from kashcraft.accounts.views import invitations, pages
from kashcraft.accounts.views.blueprint import bp, init_app

__all__ = ["bp", "init_app", "invitations", "pages"]
