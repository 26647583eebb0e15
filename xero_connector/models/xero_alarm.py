"""An alarm clock for the scheduler, which looks at its triggers only once a minute.

A tenant that has used up its calls of the minute may go on a few seconds later. Its trigger says
when; the alarm makes the scheduler's workers look at that moment. Nothing depends on it: when the
process is gone by then, the scheduler finds the trigger itself within a minute.
"""

import threading

from odoo import sql_db
from odoo.addons.base.models.ir_cron import ODOO_NOTIFY_FUNCTION
from odoo.tools import SQL

# The scheduler looks by itself at least this often, in seconds.
LONGEST = 60

# So that the moment has come by the database's clock as well, in seconds.
MARGIN = 0.05

_alarms = {}


def set_alarm(database, name, seconds):
    """Let the scheduler look for due triggers after some seconds. A new alarm replaces the one of
    the same name; one that is further away than the scheduler's own look is not set.

    :param str database: name of the database
    :param str name: whose alarm it is
    :param float seconds: from now
    """
    if old := _alarms.pop((database, name), None):
        old.cancel()
    if seconds > LONGEST:
        return
    alarm = threading.Timer(max(seconds, 0) + MARGIN, _ring, (database, name))
    alarm.daemon = True
    _alarms[database, name] = alarm
    alarm.start()


def _ring(database, name):
    _alarms.pop((database, name), None)
    with sql_db.db_connect("postgres").cursor() as cr:
        function = SQL.identifier(ODOO_NOTIFY_FUNCTION)
        cr.execute(SQL("SELECT %s('cron_trigger', %s)", function, database))
