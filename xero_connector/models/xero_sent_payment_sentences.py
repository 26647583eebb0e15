"""What people are told of payments that could not simply go to Xero."""

from odoo.tools import format_date


def sentence_of(payment, reason, found=None, texts=()):
    """Why a payment waits or needs a person, and what to do.

    :param payment: an `xero.sent.payment`
    :param str reason: of `sent_payments.Move`, or one of `unequal`, `unsure`, `twice`, `deleted`,
        `stays`, `error`
    :param found: the `seen.SeenPayment` in Xero, where there is one
    :param texts: Xero's own words
    """
    env, link = payment.env, payment.link_id
    currency = payment.currency_id

    def money(amount):
        return currency.format(float(amount or 0)) if currency else f"{amount}"

    names = {
        "what": payment.display_name,
        "document": payment.document or "",
        "amount": money(payment.amount),
        "sent": money(payment.sent_amount),
        "due": money(link.xero_due),
        "paid": money(link.xero_paid),
        "journal": payment.journal_id.name or "",
        "found": money(found.amount) if found else "",
        "day": format_date(env, found.date) if found and found.date else "",
        "said": " ".join(text.strip() for text in texts),
    }
    sentences = {
        "unmapped": lambda: env._(
            "%(what)s was paid through %(journal)s, and it is not chosen yet which account in Xero "
            "that is. Press Fix and choose the journal beside the account; all that waits for it "
            "goes then.",
            **names,
        ),
        "several": lambda: env._(
            "%(what)s was paid through %(journal)s, and several accounts in Xero have that "
            "journal. Leave it at one of them in the list Where the Money Is, then press Try "
            "Again; or enter the payment in Xero by hand and press Leave as It Is.",
            **names,
        ),
        "decimals": lambda: env._(
            "%(what)s is %(amount)s, and Xero holds two decimals. Enter it in Xero by hand and "
            "press Leave as It Is.",
            **names,
        ),
        "currency": lambda: env._(
            "%(what)s is in currencies that Xero cannot book together: the document's or the "
            "account's has to be your own. Enter it in Xero by hand and press Leave as It Is.",
            **names,
        ),
        "composed": lambda: env._(
            "The entry of %(what)s books something besides the money, such as a write-off or a "
            "discount, and Xero would take all of it for money in the bank. Enter the payment in "
            "Xero by hand and press Leave as It Is.",
            **names,
        ),
        "strange": lambda: env._(
            "%(document)s has payments of %(paid)s in Xero that Odoo did not send. If this "
            "payment of %(amount)s is among them, press Leave as It Is; if not, press Send All the "
            "Same.",
            **names,
        ),
        "exceeds": lambda: env._(
            "%(what)s is %(amount)s, but %(document)s owes only %(due)s in Xero. See what else "
            "settles it there, then press Try Again; or press Leave as It Is.",
            **names,
        ),
        "reconciled": lambda: env._(
            "%(what)s was undone or changed in Odoo, but in Xero it is reconciled with a bank "
            "statement. Undo that there and press Try Again, or press Leave as It Is.",
            **names,
        ),
        "stays": lambda: env._(
            "%(what)s was undone or changed in Odoo, and Xero does not delete it: %(said)s Mend "
            "that in Xero and press Try Again, or delete it there and press Leave as It Is.",
            **names,
        ),
        "deleted": lambda: env._(
            "Somebody deleted %(what)s in Xero, and in Odoo it stands. Press Try Again to send it "
            "anew, or undo it in Odoo too; Leave as It Is keeps both as they are.",
            **names,
        ),
        "twice": lambda: env._(
            "%(what)s stands in Xero twice. Delete one of the two there: the one of %(found)s of "
            "%(day)s that Odoo is not linked with.",
            **names,
        ),
        "unequal": lambda: env._(
            "Xero made %(found)s of %(day)s of %(what)s, and %(sent)s were sent. Look at it in "
            "Xero, and press Leave as It Is when it is right.",
            **names,
        ),
        "error": lambda: env._(
            "%(what)s could not be prepared because of an error in Odoo. Ask your administrator to "
            "look into the server's log, then press Try Again.",
            **names,
        ),
        "unsure": lambda: env._(
            "Xero's answer was lost, and Xero does not say whether a payment that it lists is "
            "%(what)s. Look at %(document)s there: if the payment is missing press Try Again, "
            "else Leave as It Is.",
            **names,
        ),
    }
    return sentences[reason]()


def doubt_sentence(env):
    """The answer was lost."""
    return env._(
        "Xero's answer was lost. We look whether the payment arrived before anything is sent "
        "again; there is nothing for you to do."
    )
