"""Where a person lands who comes back from Xero."""

from odoo import http
from odoo.http import request


class XeroOAuth(http.Controller):
    @http.route(
        "/xero/oauth/callback", type="http", auth="user", methods=["GET"], sitemap=False,
        readonly=False,
    )
    def xero_oauth_callback(self, state="", code="", error="", **_kwargs):
        """Hand what Xero answered to the model, and go to a clean address: the code must not
        stand in the browser's history or in a Referer."""
        tenant_id, sentence = request.env["xero.consent"].sudo()._answer(state, code, error)
        if tenant_id:
            response = request.redirect(f"/odoo/xero-tenants/{tenant_id}", code=302)
        else:
            response = request.render(
                "xero_connector.oauth_refused",
                {"sentence": sentence, "lang": request.env.lang},
                status=403,
            )
        response.headers["Referrer-Policy"] = "no-referrer"
        response.headers["Cache-Control"] = "no-store"
        return response
