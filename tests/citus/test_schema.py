"""What Citus needs of the ledger's tables, read from PostgreSQL's own catalog: rules that a later
migration could break without noticing."""

from __future__ import annotations

import pytest
from django.db import connection

from tests.databases import only_postgres

pytestmark = [pytest.mark.django_db, only_postgres]
SHARED = ("ledger_number_owner",)  # stands on every machine: a number's owners are of several companies

# `c`: a table of the ledger that is spread.
_LEDGER = """c.relname LIKE 'ledger%%' AND c.relname <> ALL (%s) AND c.relkind IN ('r', 'p')
    AND c.relnamespace = current_schema()::regnamespace"""
FAULTS = {
    "a key without the company": f"""
        SELECT i.indexrelid::regclass::text FROM pg_class c JOIN pg_index i ON i.indrelid = c.oid
        WHERE {_LEDGER} AND (i.indisunique OR i.indisexclusion) AND NOT EXISTS (
            SELECT FROM pg_attribute a
            WHERE a.attrelid = c.oid AND a.attname = 'company_id' AND a.attnum = ANY (i.indkey))""",
    "a table without a key that the company leads": f"""
        SELECT c.relname FROM pg_class c WHERE {_LEDGER} AND NOT EXISTS (
            SELECT FROM pg_index i JOIN pg_attribute a ON a.attrelid = c.oid AND a.attnum = i.indkey[0]
            WHERE i.indrelid = c.oid AND i.indisprimary AND a.attname = 'company_id')""",
    "a company of another type": f"""
        SELECT c.relname FROM pg_class c
        JOIN pg_attribute a ON a.attrelid = c.oid AND a.attname = 'company_id'
        WHERE {_LEDGER} AND NOT (a.atttypid = 'integer'::regtype AND a.attnotnull)""",
    "a foreign key without the company": f"""
        SELECT k.conname FROM pg_class c
        JOIN pg_constraint k ON c.oid IN (k.conrelid, k.confrelid) AND k.contype = 'f'
        WHERE {_LEDGER} AND NOT EXISTS (
            SELECT FROM unnest(k.conkey, k.confkey) AS p (here, there)
            JOIN pg_attribute a ON a.attrelid = k.conrelid AND a.attnum = p.here
            JOIN pg_attribute b ON b.attrelid = k.confrelid AND b.attnum = p.there
            WHERE a.attname = 'company_id' AND b.attname = 'company_id')""",
    "a trigger or a rule": f"""
        SELECT c.relname FROM pg_class c WHERE {_LEDGER} AND (
            EXISTS (SELECT FROM pg_trigger t WHERE t.tgrelid = c.oid AND NOT t.tgisinternal)
            OR EXISTS (SELECT FROM pg_rewrite r WHERE r.ev_class = c.oid))""",
    "a value that a sequence makes": f"""
        SELECT c.relname FROM pg_class c JOIN pg_attribute a ON a.attrelid = c.oid
        LEFT JOIN pg_attrdef d ON d.adrelid = c.oid AND d.adnum = a.attnum
        WHERE {_LEDGER} AND (a.attidentity <> '' OR pg_get_expr(d.adbin, d.adrelid) LIKE '%%nextval%%')""",
}
_ODD = "CREATE TABLE ledger_odd"
WRONG = {
    "a key without the company": "CREATE UNIQUE INDEX ledger_odd ON ledger_message (carrier_ref)",
    "a table without a key that the company leads": f"{_ODD} (id bigint PRIMARY KEY, company_id integer)",
    "a company of another type": f"{_ODD} (company_id bigint PRIMARY KEY)",
    "a foreign key without the company": "ALTER TABLE ledger_tracker"
    " ADD FOREIGN KEY (company_id) REFERENCES accounts_company",
    "a trigger or a rule": "CREATE RULE odd AS ON UPDATE TO ledger_call DO ALSO NOTHING",
    "a value that a sequence makes": f"{_ODD} (company_id integer, n serial, PRIMARY KEY (company_id, n))",
}


def found(fault: str) -> list[str]:
    with connection.cursor() as cursor:
        cursor.execute(FAULTS[fault], [list(SHARED)])
        return [row[0] for row in cursor.fetchall()]


@pytest.mark.parametrize("fault", FAULTS)
def test_no_table_of_the_ledger_has(fault: str) -> None:
    assert found(fault) == []


@pytest.mark.parametrize("fault", FAULTS)
def test_it_would_be_noticed(fault: str) -> None:
    with connection.cursor() as cursor:
        cursor.execute(WRONG[fault])
    assert found(fault) != []
