"""Master data that a run reads once: it survives the run's commits in memory.

A commit empties Odoo's cache, and a run commits after every batch; taxes, currencies, products and
the company would be read anew for every fifty documents. A run takes seconds and looks up its
mappings once as well (`xero_tables.py`); when a document does not fit what is remembered, both are
read again before anybody is told.
"""

import contextlib

# Nothing in a run writes these. Documents, links and the tenant itself are not among them.
KEPT = frozenset({
    "account.account",
    "account.journal",
    "account.tax",
    "account.tax.group",
    "account.tax.repartition.line",
    "product.product",
    "product.template",
    "res.company",
    "res.currency",
    "res.users",
    "uom.uom",
})


@contextlib.contextmanager
def kept_masters(env):
    """Keep what is known of master data over a commit that is made inside.

    :param env: environment of the run
    """
    kept = {
        field: data
        for field, data in env.transaction.field_data.items()
        if field.model_name in KEPT
    }
    yield
    env.transaction.field_data.update(kept)


def forget_records(model):
    """Read the records of a model again, with what they inherit: they are sent themselves now, and
    somebody may have changed them since they were read for a document.
    """
    if model._name in KEPT:
        for name in (model._name, *model._inherits):
            model.env[name].invalidate_model()


def forget_masters(env):
    """Read master data again when it is asked for next."""
    for model in KEPT:
        env[model].invalidate_model(flush=False)
