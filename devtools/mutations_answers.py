"""Mutations of what an answer proves, of doubt and its end, and of money."""

from .mutations import Mutation, addon, pure

OUTCOME = "xero_connector/models/xero_outcome.py"
RECOVERY = "xero_connector/models/xero_recovery.py"
LOOK_UP = "xero_connector/xero/look_up.py"
REQUEST = "xero_connector/models/xero_request.py"
APPROVAL = "xero_connector/models/xero_approval.py"
CODEC = "xero_connector/xero/codec.py"
PARSE = "xero_connector/xero/parse.py"
ROUNDING = "xero_connector/xero/rounding.py"
LIFECYCLE = "xero_connector/xero/lifecycle.py"

ANSWERS = (
    # === MONEY === #
    Mutation(
        "tie-of-tax-trusted",
        "`<` to `<=`: a tax that is half a cent off is left to Xero's unknown tie rule.",
        ROUNDING,
        "< HALF_CENT else line.tax",
        "<= HALF_CENT else line.tax",
        (pure("rounding", "vector"), pure("rounding", "usual_documents_are_never_refused")),
    ),
    Mutation(
        "tie-of-price-trusted",
        "`<` to `<=`: quantity times price on half a cent is left to Xero's unknown tie rule.",
        ROUNDING,
        "quantity * price - net) < HALF_CENT",
        "quantity * price - net) <= HALF_CENT",
        (pure("rounding", "half_a_cent_is_never_trusted"),),
    ),
    Mutation(
        "tax-of-zero-absent",
        "A tax of 0.00 is not sent, so Xero works out one of its own.",
        "xero_connector/xero/payload.py",
        "tax_amount=line.tax if line.states_tax else priced.tax_amount,",
        "tax_amount=(line.tax if line.states_tax else priced.tax_amount) or None,",
        (pure("payload", "a_tax_of_zero_is_sent"),),
    ),
    Mutation(
        "float-for-decimal",
        "Amounts of answers are read as binary fractions: equal is not equal any more.",
        CODEC,
        "parse_float=_number",
        "parse_float=float",
        (pure("codec", "numbers_are_exact"),),
    ),
    Mutation(
        "totals-unchecked",
        "A document that Xero made another total of is called sent.",
        OUTCOME,
        "if any(Decimal(member[name]) != Decimal(outcome[name]) for name in AMOUNTS):",
        "if False:",
        (addon("recovery", "TestRecovery", "wrong_total_is_told_and_never_called_sent"),),
    ),
    # === ELEMENTS OF AN ANSWER === #
    Mutation(
        "element-errors-ignored",
        "A refused element with an id counts as created.",
        PARSE,
        "    failed = (\n",
        "    failed = False and (\n",
        (
            pure("parse", "refused_element_tells_nothing_but_its_errors"),
            addon("push", "TestRefused", "one_refused_invoice_does_not_hold_up_the_others"),
        ),
    ),
    Mutation(
        "echo-of-an-error-stored",
        "What Xero merely echoes of a refused element (id, totals) is taken for the truth.",
        PARSE,
        "errors=texts or (NO_REASON,),",
        "errors=texts or (NO_REASON,), xero_id=xero_id, totals=envelope.totals(row),",
        (pure("parse", "refused_element_tells_nothing_but_its_errors"),),
    ),
    Mutation(
        "echo-of-an-error-linked",
        "A refused document is linked to the id that Xero echoed.",
        OUTCOME,
        '"state": "rejected",\n',
        '"state": "rejected", "xero_id": self.tenant_id.organisation_id,\n',
        (addon("recovery", "TestRecovery", "nothing_is_kept_of_what_a_refused_element_echoes"),),
    ),
    Mutation(
        "zero-guid-stored",
        "The GUID of zeros, which means that nothing was created, is kept as the document's id.",
        CODEC,
        "value != NO_GUID and ",
        "",
        (pure("parse", "neither_id_nor_error_is_in_doubt"),),
    ),
    Mutation(
        "matched-by-place",
        "The first element of an answer is taken for the first document that was sent.",
        REQUEST,
        "found = self._match(elements)",
        "found = dict(enumerate(elements))",
        (addon("recovery", "TestRecovery", "elements_are_matched_by_number_not_by_position"),),
    ),
    # === WHAT A STATUS PROVES === #
    Mutation(
        "400-retried",
        "A request that Xero refused as a whole is sent again and again.",
        REQUEST,
        'if verdict in ("refused", "not_found"):',
        'if verdict == "not_found":',
        (addon("push", "TestRefused", "a_request_refused_as_a_whole_is_not_tried_again"),),
    ),
    Mutation(
        "429-counted",
        "A refusal for the limit's sake uses up an attempt, so the next send has another key.",
        OUTCOME,
        "link.attempt -= 1",
        "pass",
        (addon("recovery", "TestRecovery", "limit_parks_the_tenant_and_uses_up_no_attempt"),),
    ),
    Mutation(
        "5xx-certain",
        "A server error of Xero's counts as refused, though the document may stand there.",
        "xero_connector/xero/errors.py",
        '.get(status, "unknown")',
        '.get(status, "refused")',
        (
            pure("errors", "nothing_but_success_and_refusals_is_certain"),
            addon("recovery", "TestRecovery", "unreadable_answers_are_in_doubt_not_failures"),
        ),
    ),
    Mutation(
        "resend-proves-the-first",
        "A resend that did not leave is taken as proof that the first send did not arrive.",
        REQUEST,
        '        if self.sends > 1:\n            return {"state": "unknown"',
        '        if False:\n            return {"state": "unknown"',
        (
            addon(
                "doubt",
                "TestResend",
                "a_resend_that_did_not_leave_proves_nothing_of_the_first_send",
            ),
            addon("doubt", "TestResend", "disconnected_between_send_and_resend"),
        ),
    ),
    # === LOOKED UP === #
    Mutation(
        "adopted-unequal",
        "Whatever stands under our number is taken for ours.",
        LOOK_UP,
        "is_equal(member, live[0]) and not",
        "not",
        (
            pure("look_up", "what_differs_in_anything_is_not"),
            addon("recovery", "TestRecovery", "edited_in_xero_meanwhile_is_left_to_a_person"),
            addon("doubt", "TestFound", "a_document_of_another_day_is_not_ours"),
        ),
    ),
    Mutation(
        "adopted-foreign",
        "A document that another record is linked to is adopted a second time.",
        LOOK_UP,
        " and not is_foreign(live[0])",
        "",
        (
            pure("look_up", "what_another_record_is_linked_to_is_not"),
            addon("doubt", "TestFound", "what_another_record_is_linked_to_is_not_adopted"),
        ),
    ),
    Mutation(
        "deleted-resurrected",
        "A document that was created and deleted in Xero by a person is created again.",
        LOOK_UP,
        "if not matches and not taken:",
        "if not live and not taken:",
        (
            pure("look_up", "what_somebody_removed_is_not_created_again"),
            addon("recovery", "TestRecovery", "deleted_in_xero_meanwhile_is_not_resurrected"),
        ),
    ),
    Mutation(
        "filter-injected",
        "A number with a quote in it changes the question, and finds somebody else's document.",
        CODEC,
        "if not text or any(char in",
        "if not text or False and any(char in",
        (
            pure("codec", "filter_value_refuses_what_could_find_another_document"),
            pure("codec", "no_filter_value_can_leave_its_quotes"),
        ),
    ),
    Mutation(
        "twins-in-one-batch",
        "Two bills with one number, supplier and date go in one batch: nobody can tell their "
        "answers apart.",
        "xero_connector/models/xero_push.py",
        "if not (parcel.is_update or self._is_told_apart(parcel, parcels)):",
        "if False:",
        (addon(
                "supplied",
                "TestSupplied",
                "bills_that_no_answer_tells_apart_go_one_after_the_other",
            ),),
    ),
    # === A DOCUMENT THAT STANDS IN XERO === #
    Mutation(
        "edit-overwritten",
        "What a person edited in Xero is overwritten by Odoo's next change.",
        LIFECYCLE,
        'return Move("edited", found)',
        "pass",
        (
            pure("lifecycle", "a_change_of_a_draft_that_odoo_sent"),
            addon("life_edited", "TestEditedInXero", "both_values_of_each_field_are_shown"),
        ),
    ),
    Mutation(
        "paid-changed",
        "A document that is paid or credited in Xero is changed all the same.",
        LIFECYCLE,
        "    if is_settled(now):\n",
        "    if False:\n",
        (addon("life_refused", "TestApprovedByOdoo", "paid_or_credited_is_not_tried"),),
    ),
    Mutation(
        "closed-period-tried",
        "A document is changed in a period that is closed in Xero.",
        LIFECYCLE,
        "if is_locked(now, wanted, locked_until):",
        "if False:",
        (
            pure("lifecycle", "what_odoo_approved_follows_while_its_period_is_open"),
            addon("life_refused", "TestApprovedByOdoo", "a_closed_period_is_not_tried"),
        ),
    ),
    Mutation(
        "change-sent-again",
        "A change whose answer was lost goes again unlooked, over what a person edited since.",
        RECOVERY,
        "if at_once or self._changes_documents():",
        "if at_once:",
        (addon("life_refused", "TestInDoubt", "nothing_goes_again_before_the_look"),),
    ),
    Mutation(
        "removal-believed",
        "A cancelled document counts as removed although Xero's answer says that it stands.",
        REQUEST,
        'if member.get("removes") and element.status not in held.GONE:',
        "if False:",
        (addon("life", "TestCancelled", "an_answer_that_shows_it_standing_removes_nothing"),),
    ),
    Mutation(
        "approved-unequal",
        "A draft whose totals differ is approved.",
        APPROVAL,
        'link.approve and link.state == "sent"',
        "link.approve",
        (addon("first_status", "TestFirstStatus", "what_is_not_equal_stays_a_draft"),),
    ),
    Mutation(
        "approved-unread",
        "A draft is approved although Odoo's document is another one since it was read back.",
        APPROVAL,
        "if codec.fingerprint(canonical) != link.fingerprint or not link._holds(document):",
        "if False:",
        (addon("first_status", "TestFirstStatus", "what_has_changed_meanwhile_is_not_approved"),),
    ),
)
