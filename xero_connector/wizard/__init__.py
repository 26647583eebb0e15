from . import account_move_send
from . import base_partner_merge
