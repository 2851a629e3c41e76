"""Pages to register, confirm an address, sign in and out, and reset a password."""

from kashcraft.accounts.views import pages
from kashcraft.accounts.views.blueprint import bp, init_app

__all__ = ["bp", "init_app", "pages"]
