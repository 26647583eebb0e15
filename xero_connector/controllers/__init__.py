from . import access_log
from . import xero_oauth
