"""Xero's side: JSON, HTTP, OAuth, money, limits. Never imports Odoo."""
