"""Where Xero tells that something has changed."""

from odoo import http
from odoo.http import request

# No delivery of Xero is larger; Odoo answers 413 to what is.
MOST_BYTES = 1024 * 1024
# The largest id that a row can have.
LARGEST_ID = 2**31 - 1


class XeroWebhook(http.Controller):
    @http.route(
        "/xero/webhook/<int:app_id>", type="http", auth="public", methods=["POST"], csrf=False,
        save_session=False, sitemap=False, max_content_length=MOST_BYTES,
    )
    def xero_webhook(self, app_id, **_kwargs):
        """Answer a delivery with an empty 200 if its signature holds, else with an empty 401.

        Nothing is written and nothing is logged before that is known; what is known then is stored
        in one statement, and looked at by the tenants' scheduled actions.
        """
        # Kept: Odoo calls this again with the same request when PostgreSQL stops a transaction.
        body = request.httprequest.get_data()
        signature = request.httprequest.headers.get("x-xero-signature")
        taken = 0 < app_id <= LARGEST_ID and (
            request.env["xero.event"].sudo()._receive(app_id, body, signature)
        )
        return request.make_response("", status=200 if taken else 401)
