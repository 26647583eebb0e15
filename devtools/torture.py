"""`./dev torture`: kill the worker at every step of the send path, and look at what stands."""

from . import paths
from .environment import Environment
from .live import VARIABLE, write_session
from .processes import foreground

REPORT = paths.RUN / "torture.json"


def run(seed, kills=None):
    """Run the sweep and return its exit status; the figures stand in `REPORT`.

    :param int seed: chooses what is left to lot
    :param int kills: so many by lot; None: every step of every kind
    """
    environment = Environment.obtain()
    session = write_session(environment.odoo, environment.databases.with_addon())
    return sweep(environment.odoo, session, seed, kills)


def sweep(odoo, session, seed, kills):
    """As `run`, in an environment that is there already.

    :param odoo: the `odoo_server.Odoo`
    :param session: file that describes the environment
    """
    path = f"{odoo.source.home}:{paths.ROOT}"
    chosen = [] if kills is None else ["--kills", str(kills)]
    REPORT.unlink(missing_ok=True)
    return foreground(
        [odoo.python, "-m", "tests.torture.kills", REPORT, "--seed", str(seed), *chosen],
        env=odoo.environment(**{VARIABLE: session}) | {"PYTHONPATH": path},
    )
