from . import access_log, xero_oauth, xero_webhook
