"""Services of accounts: registration, sign-in and passwords, the address book, and the roles of staff."""

from kashcraft.accounts.services.addresses import save_address
from kashcraft.accounts.services.sign_in import (
    LOGIN_TIME,
    REFERRAL_LENGTH,
    SESSION_RETENTION,
    AlreadyRegistered,
    OpenedSession,
    give_referral_code,
    password_reset_email,
    purge_sessions,
    register,
    registration_email,
    rehash_password,
    request_account,
    request_password_reset,
    send_password_reset_email,
    send_registration_email,
    set_password,
    sign_in,
    sign_out,
)
from kashcraft.accounts.services.staff import grant_role

__all__ = [
    "LOGIN_TIME",
    "REFERRAL_LENGTH",
    "SESSION_RETENTION",
    "AlreadyRegistered",
    "OpenedSession",
    "give_referral_code",
    "grant_role",
    "password_reset_email",
    "purge_sessions",
    "register",
    "registration_email",
    "rehash_password",
    "request_account",
    "request_password_reset",
    "save_address",
    "send_password_reset_email",
    "send_registration_email",
    "set_password",
    "sign_in",
    "sign_out",
]
