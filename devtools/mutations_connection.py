"""Mutations of tokens, consents, borders between organisations, limits, and of enclosures."""

from .mutations import Mutation, addon, live, pure

TOKEN = "xero_connector/models/xero_token.py"
CONSENT = "xero_connector/models/xero_consent.py"
TRANSPORT = "xero_connector/models/xero_transport.py"
SIGNATURE = "xero_connector/xero/signature.py"
BUDGET = "xero_connector/xero/budget.py"
ENCLOSURE = "xero_connector/models/xero_enclosure_sending.py"

CONNECTION = (
    # === TOKENS === #
    Mutation(
        "token-cleared-on-5xx",
        "Trouble at Xero's identity service ends the connection for good.",
        TOKEN,
        "    token.rest_until = token.env.cr.now() + REST",
        "    token.write({\n"
        '        "refresh_sealed": False, "rest_until": token.env.cr.now() + REST,\n'
        "    })",
        (addon("token", "TestToken", "kept_on_5xx"),),
    ),
    Mutation(
        "token-without-lock",
        "Two processes rotate one token at once, and both lose it.",
        TOKEN,
        "    if not token.try_lock_for_update(allow_referencing=True):\n"
        "        return None, None\n"
        "    token.rotation += 1\n"
        "    token.flush_recordset()\n",
        "",
        (live("token_race", "one_refresh_for_all"),),
    ),
    Mutation(
        "copied-database-not-refused",
        "A copy of the database (a test system) uses up the tokens of the original, and writes.",
        TOKEN,
        "if token.database_uuid != uuid:",
        "if False:",
        (addon("disconnect", "TestDisconnect", "copied_database"),),
    ),
    Mutation(
        "token-sent-elsewhere",
        "A token of Xero's goes to whatever address the server's environment names.",
        TOKEN,
        "if endpoints_of(token) != oauth.Endpoints.from_environment(os.environ):",
        "if False:",
        (addon("disconnect", "TestDisconnect", "other_addresses"),),
    ),
    Mutation(
        "secret-for-all",
        "A sealed token is a field like any other, for forms, exports and RPC.",
        TOKEN,
        "refresh_sealed = fields.Char(groups=fields.NO_ACCESS, ",
        "refresh_sealed = fields.Char(",
        (addon("canary", "TestHiddenColumns", "hidden_columns_are_hidden_in_every_way"),),
    ),
    Mutation(
        "secret-anywhere",
        "A sealed secret opens in another record, or in a copy of the database, too.",
        "xero_connector/models/secret.py",
        "if place != _place(record, field_name):",
        "if False:",
        (addon("secrets", "TestSealing", "bound_to_its_place"),),
    ),
    # === CONSENT === #
    Mutation(
        "state-reusable",
        "The address of a consent that was answered works a second time.",
        CONSENT,
        "if consent.used_at or not",
        "if not",
        (addon("connect", "TestConnect", "state_is_good_once"),),
    ),
    Mutation(
        "state-of-anybody",
        "Somebody else can finish a consent, and connect his books to this company.",
        CONSENT,
        "consent.user_id.id != uid or ",
        "",
        (addon("connect", "TestConnect", "another_user"),),
    ),
    Mutation(
        "browser-unbound",
        "A consent that one browser began is finished in another.",
        CONSENT,
        " or not consent._same_browser(session_hash, browser_hash):",
        ":",
        (addon("callback", "TestCallback", "another_browser"),),
    ),
    # === BORDERS === #
    Mutation(
        "tenant-unasserted",
        "What was frozen for one organisation goes to another.",
        TRANSPORT,
        "    if (\n        request.tenant_id != tenant",
        "    if False and (\n        request.tenant_id != tenant",
        (addon("disconnect", "TestDisconnect", "guard"),),
    ),
    Mutation(
        "books-mixed",
        "A document of one company goes into the books of another.",
        "xero_connector/models/xero_link.py",
        "            if record.company_id != tenant.company_id:\n",
        "            if False:\n",
        (addon("companies", "TestTwoCompanies", "a_document_never_goes_to_another_company"),),
    ),
    Mutation(
        "compare-in-steps",
        "`compare_digest` to `==`: the time of an answer tells how much of a signature is right.",
        SIGNATURE,
        "found |= hmac.compare_digest(base64.b64encode(digest), given)",
        "found |= base64.b64encode(digest) == given",
        (pure("signature", "signatures_are_compared_in_constant_time"),),
    ),
    Mutation(
        "empty-key-accepted",
        "While no key is set, whoever signs with an empty one may send webhooks.",
        SIGNATURE,
        "        if key:\n",
        "        if key is not None:\n",
        (pure("signature", "changed_body_or_no_key"),),
    ),
    # === LIMITS === #
    Mutation(
        "pause-ignored",
        "Calls go on although Xero named a moment before which it takes none.",
        BUDGET,
        "if budget.paused_until and budget.paused_until > now:",
        "if False:",
        (
            pure("budget", "retry_after_is_obeyed_exactly"),
            addon("recovery", "TestRecovery", "limit_parks_the_tenant_and_uses_up_no_attempt"),
        ),
    ),
    Mutation(
        "day-ignored",
        "The calls of the day that are kept for people are used up.",
        BUDGET,
        "if budget.day is not None and budget.day <= reserve_day:",
        "if False:",
        (pure("budget", "the_days_reserve_is_kept"),),
    ),
    # === ENCLOSURES === #
    Mutation(
        "file-sent-again-unasked",
        "A file whose answer was lost goes again without a look into Xero.",
        ENCLOSURE,
        '"state": "unknown",',
        '"state": "pending",',
        (addon("enclosure_doubt", "TestTrouble", "a_lost_answer_is_looked_up"),),
    ),
    Mutation(
        "file-found-sent-again",
        "A file that Xero holds is sent again.",
        ENCLOSURE,
        "arrived = self._is_held(answer.body)",
        "arrived = False",
        (
            addon("enclosure_doubt", "TestTrouble", "a_lost_answer_is_looked_up"),
            addon("enclosure_doubt", "TestNotesInDoubt", "a_lost_answer_is_looked_up"),
        ),
    ),
)
