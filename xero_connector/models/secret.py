"""Secrets at rest: sealed before they reach the database, opened only where they are used.

Nothing here is a model method, so nothing here can be called over RPC. The key lives outside the
database: in odoo.conf, in the environment, or in a file of Odoo's data directory. The sealed text
carries database, model, record and field, so that a ciphertext moved to another place, or a copied
database, does not open.
"""

import hashlib
import json
import os
import tempfile

from cryptography.fernet import Fernet, InvalidToken, MultiFernet
from odoo.exceptions import UserError
from odoo.tools import config

OPTION = "xero_encryption_key"
VARIABLE = "XERO_ENCRYPTION_KEY"
KEY_FILE = "xero_connector.key"


class SecretUnreadable(UserError):
    """A stored secret cannot be opened with the keys of this server. Nothing was changed."""


# === SEALING === #

def seal(record, field_name, value):
    """Encrypt `value` for one field of one record.

    :param record: the saved record that will hold the sealed text
    :param str field_name: the column that will hold it
    :param str value: the secret
    :return: text for the column
    :rtype: str
    """
    plain = json.dumps([*_place(record, field_name), value])
    return _cipher(record.env).encrypt(plain.encode()).decode()


def unseal(record, field_name, sealed):
    """Open what `seal` made.

    :param str sealed: the content of the column
    :return: the secret
    :rtype: str
    :raises SecretUnreadable: if no key fits, or the text was sealed for another place
    """
    env = record.env
    try:
        *place, value = json.loads(_cipher(env).decrypt(sealed.encode()))
    except InvalidToken:
        raise SecretUnreadable(env._(
            "The encryption key of this server does not fit the stored Xero secrets. Nothing was "
            "lost: ask your administrator to put the former key back (%(option)s in odoo.conf or "
            "%(variable)s; a former key may stand behind the current one, separated by a comma), "
            "or type the client secret again and press Connect Now.",
            option=OPTION,
            variable=VARIABLE,
        )) from None
    if place != _place(record, field_name):
        raise SecretUnreadable(env._(
            "A stored Xero secret belongs to another database or record. If this database is a "
            "copy, type the client secret again and press Connect Now."
        ))
    return value


def digest(text):
    """Fingerprint of a secret that is only ever compared, never read back."""
    return hashlib.sha256(text.encode()).hexdigest()


def _place(record, field_name):
    uuid = record.env["ir.config_parameter"].sudo().get_param("database.uuid")
    return [uuid, record._name, record.id, field_name]


# === KEYS === #

def key_sentence(env):
    """Where the encryption key lives, in words for the app's form."""
    if _configured():
        return env._(
            "Secrets are encrypted with the key that your administrator set on the server "
            "(%(option)s or %(variable)s). Keep that key: without it they cannot be read.",
            option=OPTION,
            variable=VARIABLE,
        )
    return env._(
        "Secrets are encrypted with the key in the file %(path)s on the server, outside the "
        "database. Keep a copy of that file with your backups: without it they cannot be read.",
        path=_key_path(),
    )


def _cipher(env):
    """The cipher of all keys: the first encrypts, every one decrypts."""
    keys = [key.strip() for key in (_configured() or _key_of_file()).split(",") if key.strip()]
    try:
        return MultiFernet([Fernet(key) for key in keys])
    except ValueError:
        raise SecretUnreadable(env._(
            "The encryption key %(option)s is not valid: it must be 32 bytes in URL-safe base64, "
            "as printed by: python3 -c \"from cryptography.fernet import Fernet; "
            "print(Fernet.generate_key().decode())\"",
            option=OPTION,
        )) from None


def _configured():
    return config.get(OPTION) or os.environ.get(VARIABLE)


def _key_path():
    return os.path.join(config["data_dir"], KEY_FILE)


def _key_of_file():
    """The key of the key file, which is made on first use, readable by the server's user only."""
    path = _key_path()
    if not os.path.exists(path):
        _make_key_file(path)
    with open(path, encoding="ascii") as file:
        return file.read()


def _make_key_file(path):
    """Make the key file complete or not at all; when two processes race, the first one wins."""
    handle, draft = tempfile.mkstemp(dir=os.path.dirname(path), prefix=KEY_FILE)  # mode 0600
    try:
        with os.fdopen(handle, "wb") as file:
            file.write(Fernet.generate_key())
            file.flush()
            os.fsync(file.fileno())
        os.link(draft, path)
    except FileExistsError:
        pass
    finally:
        os.unlink(draft)
