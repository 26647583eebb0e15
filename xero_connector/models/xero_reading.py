"""Reading many rows in one statement, where Odoo's ORM makes several of it."""

from odoo.tools import SQL


class _LockingQuery:
    """A query whose rows are locked as they are read; rows that others hold are skipped."""

    def __init__(self, query):
        self._query = query

    def __getattr__(self, name):
        return getattr(self._query, name)

    def select(self, *columns):
        table = SQL.identifier(self._query.table)
        return SQL("%s FOR UPDATE OF %s SKIP LOCKED", self._query.select(*columns), table)


def lock_and_fetch(model, domain, *, order="id", limit=None):
    """Search, lock and read records: `search`, `try_lock_for_update` and `fetch` in one statement.

    A row that was changed since our snapshot raises a serialisation failure, as it does there.

    :param model: an empty recordset of the system user's environment
    :param domain: what to look for
    :return: the records that could be locked, in order
    """
    query = model._search(domain, order=order, limit=limit)
    if query.is_empty():
        return model
    return model._fetch_query(_LockingQuery(query), model._determine_fields_to_fetch())


def fetch_along(record, name, *, lock=False, where=None):
    """Read one record and the one that a Many2one field of it names, in one statement.

    :param record: of the system user's environment; nothing of the two is translated
    :param str name: of the Many2one field
    :param bool lock: lock the record, but let others refer to it
    :param SQL where: what must hold of the `record`
    :return: the record; empty if it is gone, is not as it must be, or somebody else holds it
    """
    record.env.flush_all()
    sides = {"record": record, "other": record.env[record._fields[name].comodel_name]}
    columns = [
        (alias, field)
        for alias, model in sides.items()
        for field in (model._fields["id"], *model._determine_fields_to_fetch())
        if field.column_type
    ]
    rows = record.env.execute_query(SQL(
        """
        SELECT %s FROM %s record LEFT JOIN %s other ON other.id = %s
         WHERE record.id = %s AND %s %s
        """,
        SQL(", ").join(SQL.identifier(alias, field.name) for alias, field in columns),
        SQL.identifier(record._table),
        SQL.identifier(sides["other"]._table),
        SQL.identifier("record", name),
        record.id,
        where or SQL("TRUE"),
        SQL("FOR NO KEY UPDATE OF record SKIP LOCKED") if lock else SQL(),
    ))
    if not rows:
        return record.browse()
    found = {}
    for (alias, field), value in zip(columns, rows[0], strict=True):
        if field.name == "id":
            found[alias] = sides[alias].browse(value)
        elif found[alias]:
            field._insert_cache(found[alias], [value])
    return record
