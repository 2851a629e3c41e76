"""The instances of extensions that the application and its features share, bound in ``app.py``."""

from __future__ import annotations

from flask_compress import Compress
from flask_limiter import Limiter
from flask_login import LoginManager

from kashcraft.core.db import db
from kashcraft.core.security import visitor_network

compress = Compress()
limiter = Limiter(visitor_network, headers_enabled=True)
login_manager = LoginManager()

__all__ = ["compress", "db", "limiter", "login_manager"]
