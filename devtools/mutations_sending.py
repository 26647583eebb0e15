"""Mutations of the way of a request: its key, its moments, its lock, its bytes."""

from .mutations import Mutation, addon, live, pure

REQUEST = "xero_connector/models/xero_request.py"
RUN = "xero_connector/models/xero_run.py"
PUSH = "xero_connector/models/xero_push.py"
CLIENT = "xero_connector/xero/client.py"
CONST = "xero_connector/xero/const.py"
TRANSPORT = "xero_connector/xero/transport.py"

SENDING = (
    # === HOW IT IS ASKED === #
    Mutation(
        "put-to-post",
        "Documents are created with POST, which silently edits whoever holds the number.",
        REQUEST,
        '"POST" if is_update else "PUT"',
        '"POST"',
        (addon("push", "TestPush", "invoice_becomes_an_equal_draft"),),
    ),
    Mutation(
        "post-without-guid",
        "A POST whose elements name no GUID leaves the house and edits documents by their number.",
        CLIENT,
        "if not named or not all(codec.is_guid(guid) for guid in named):",
        "if False:",
        (pure("client", "collection_post_without_guid_cannot_be_sent"),),
    ),
    Mutation(
        "unitdp-omitted",
        "Xero rounds unit prices to two decimals, and totals differ.",
        CLIENT,
        'params["unitdp"] = 4',
        "pass",
        (pure("client", "parameters_that_the_transport_adds"),),
    ),
    # === THE KEY === #
    Mutation(
        "key-dropped",
        "Requests go without an idempotency key: a resend creates a second document.",
        CLIENT,
        'headers["Idempotency-Key"] = call.key',
        "pass",
        (pure("client", "create"), addon("push", "TestPush", "every_write_has_a_key")),
    ),
    Mutation(
        "create-without-key",
        "A create without a key is not refused any more, whoever forgot it.",
        CLIENT,
        'if call.method == "PUT" and not call.key:',
        "if False:",
        (pure("client", "call_that_must_not_be_made"),),
    ),
    Mutation(
        "key-changed-on-resend",
        "Each send of the same bytes has a key of its own: a lost answer becomes two documents.",
        REQUEST,
        "key=self.key",
        'key=f"{self.key[:60]}{self.sends}"',
        (addon("recovery", "TestRecovery", "answer_lost_is_replayed_under_the_same_key"),),
    ),
    Mutation(
        "key-from-body",
        "The key is made from the bytes, not from who is sent for which time.",
        REQUEST,
        "                pairs,\n",
        "                [[codec.fingerprint(body)]],\n",
        (addon("recovery", "TestRecovery", "never_executed_goes_again_under_a_new_key"),),
    ),
    # === THE MOMENTS === #
    Mutation(
        "deadline-600",
        "Bytes go again although Xero may have forgotten their key by then.",
        CONST,
        "SEND_DEADLINE = 270",
        "SEND_DEADLINE = 600",
        (
            pure("const", "the_last_resend_ends_inside_the_life_of_the_key"),
            pure("retry", "next_step"),
        ),
    ),
    Mutation(
        "quarantine-0",
        "Xero is asked, and a new attempt made, while the first may still be on its way.",
        CONST,
        "QUARANTINE = 900",
        "QUARANTINE = 0",
        (
            pure("retry", "next_step"),
            addon(
                "recovery", "TestRecovery", "after_the_window_nothing_is_sent_before_the_look_up"
            ),
        ),
    ),
    Mutation(
        "look-up-at-once",
        "The silence after the last send is not kept before Xero is asked.",
        "xero_connector/xero/retry.py",
        'return "lookup" if now >= quarantine_until else "quarantine"',
        'return "lookup"',
        (pure("retry", "next_step"), pure("retry", "the_quarantine_counts_from_the_last_send")),
    ),
    Mutation(
        "first-sent-after",
        "The life of the key is counted from the answer, not from before the socket opened.",
        REQUEST,
        'self.write({"state": "unknown", "message": error.text})',
        'self.write({"state": "unknown", "message": error.text,'
        ' "first_sent_at": fields.Datetime.now(),'
        ' "send_deadline": fields.Datetime.now() + timedelta(seconds=const.SEND_DEADLINE)})',
        (addon("doubt", "TestResend", "the_life_of_the_key_counts_from_before_the_socket_opened"),),
    ),
    # === LOCK AND COMMIT === #
    Mutation(
        "lock-removed",
        "The row of a request is free while it is sent: another process takes its sender for dead.",
        REQUEST,
        'fetch_along(self, "tenant_id", lock=True, where=in_time)',
        'fetch_along(self, "tenant_id", where=in_time)',
        (live("two_at_a_time", "two_requests_are_on_their_way_together"),),
    ),
    Mutation(
        "lock-ignored",
        "A request is sent although somebody else has it, or its time is over.",
        REQUEST,
        "if not self._lock_to_send():\n            return",
        "self._lock_to_send()",
        (addon("doubt", "TestResend", "what_is_late_or_answered_is_not_sent"),),
    ),
    Mutation(
        "intent-not-committed",
        "The socket opens before the request is on disk: a death leaves no trace of what was sent.",
        RUN,
        "self.env.cr.commit()  #",
        "self.env.flush_all()  #",
        (live("two_at_a_time", "two_requests_are_on_their_way_together"),),
    ),
    Mutation(
        "must-land-first-dropped",
        "Documents are blocked because their customer is still on its way to Xero.",
        PUSH,
        "        if must_land:\n",
        "        if False:\n",
        (addon("doubt", "TestWaiting", "documents_wait_for_a_contact_that_is_on_its_way"),),
    ),
    # === THE WIRE === #
    Mutation(
        "sent-forgotten",
        "A time-out after the request has left counts as never sent, so it is made anew.",
        TRANSPORT,
        "_exchange.sent = True",
        "_exchange.sent = False",
        (
            pure("transport", "reset_after_the_request_is_unknown"),
            addon("recovery", "TestRecovery", "answer_lost_is_replayed_under_the_same_key"),
        ),
    ),
    Mutation(
        "redirect-followed",
        "An answer may lead the token and the documents to another server.",
        TRANSPORT,
        "        return None\n\n\ndef session():",
        "        return super().get_redirect_target(resp)\n\n\ndef session():",
        (pure("transport", "body_of_a_redirect_is_capped_too"),),
    ),
    Mutation(
        "certificate-unchecked",
        "Anybody between Odoo and Xero can read the tokens.",
        TRANSPORT,
        'verify=os.environ.get("REQUESTS_CA_BUNDLE") or True',
        "verify=False",
        (pure("transport", "verification_cannot_be_switched_off"),),
    ),
)
