"""The instances that the application and its features share; they are bound to an app in ``app.py``."""

from __future__ import annotations

from flask_compress import Compress
from flask_limiter import Limiter
from flask_limiter.util import get_remote_address
from flask_login import LoginManager

from kashcraft.core.db import db

compress = Compress()
limiter = Limiter(get_remote_address, headers_enabled=True)
login_manager = LoginManager()

__all__ = ["compress", "db", "limiter", "login_manager"]
