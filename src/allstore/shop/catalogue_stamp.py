"""One row that is another one whenever the catalogue is another one.

The database itself keeps it, by triggers, so that it is true whoever writes. Stock is left out: it
changes with every order and is no part of what is searched.
"""

import sqlalchemy as sa

_IGNORED = {"current_stock", "catalogue_stock"}
_FIRST = "INSERT INTO catalogue_stamp (stamp) VALUES (0)"
# It counts the changed rows.
_SQLITE = (
    """CREATE TRIGGER catalogue_insert AFTER INSERT ON %(products)s
    BEGIN UPDATE catalogue_stamp SET stamp = stamp + 1; END""",
    """CREATE TRIGGER catalogue_delete AFTER DELETE ON %(products)s
    BEGIN UPDATE catalogue_stamp SET stamp = stamp + 1; END""",
    """CREATE TRIGGER catalogue_update AFTER UPDATE ON %(products)s
    WHEN (%(old)s) IS NOT (%(new)s)
    BEGIN UPDATE catalogue_stamp SET stamp = stamp + 1; END""",
)
# It is the last transaction that changed a row, and is written once in each: a row that one
# transaction writes thousands of times gets slow to write.
_POSTGRESQL = (
    """CREATE FUNCTION stamp_catalogue() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN
    UPDATE catalogue_stamp SET stamp = pg_current_xact_id()::text::bigint
    WHERE stamp <> pg_current_xact_id()::text::bigint;
    RETURN NULL; END $$""",
    """CREATE TRIGGER catalogue_changed AFTER INSERT OR DELETE ON %(products)s
    FOR EACH ROW EXECUTE FUNCTION stamp_catalogue()""",
    """CREATE TRIGGER catalogue_updated AFTER UPDATE ON %(products)s
    FOR EACH ROW WHEN ((%(old)s) IS DISTINCT FROM (%(new)s)) EXECUTE FUNCTION stamp_catalogue()""",
)


def add_stamp(products: sa.Table) -> sa.Table:
    """A table of one `stamp` beside `products`, and the triggers that change it."""
    stamp = sa.Column("stamp", sa.BigInteger, nullable=False)
    table = sa.Table("catalogue_stamp", products.metadata, stamp)
    # The triggers are made with this table, so the products must be there already.
    table.add_is_dependent_on(products)
    watched = [column.name for column in products.c if column.name not in _IGNORED]
    names = {
        "products": products.name,
        "old": ", ".join(f"OLD.{name}" for name in watched),
        "new": ", ".join(f"NEW.{name}" for name in watched),
    }
    for dialect, statements in {"sqlite": _SQLITE, "postgresql": _POSTGRESQL}.items():
        for statement in (_FIRST, *statements):
            made = sa.DDL(statement, context=names)  # type: ignore[no-untyped-call] # SQLAlchemy's
            made = made.execute_if(dialect=dialect)
            sa.event.listen(table, "after_create", made)
    return table
