-- A stand-in for the Citus extension, which Debian doesn't package: its documented functions, and what they refuse
-- (docs/scale.md names the pages). A distributed table becomes one that PostgreSQL itself partitions by the hash of
-- the same column, into as many shards for every table; so the server's own planner says which shards a statement needs.
CREATE SCHEMA citus_stand_in;
CREATE TABLE citus_stand_in.pg_dist_partition (
    logicalrelid regclass PRIMARY KEY,
    partmethod "char" NOT NULL,  -- h: by hash; n: not
    partkey text,
    colocationid integer NOT NULL,
    repmodel "char" NOT NULL     -- t: on every machine; s: streaming
);
CREATE TABLE citus_stand_in.left_behind (logicalrelid regclass, local_copy text);
CREATE SEQUENCE citus_stand_in.group_ids START 2;

CREATE VIEW citus_stand_in.citus_tables AS
SELECT
    logicalrelid AS table_name,
    CASE WHEN partkey IS NOT NULL THEN 'distributed' WHEN repmodel = 't' THEN 'reference' ELSE 'local' END
        AS citus_table_type,
    coalesce(partkey, '<none>') AS distribution_column,
    colocationid AS colocation_id,
    CASE WHEN partkey IS NULL THEN 1 ELSE 8 END AS shard_count
FROM citus_stand_in.pg_dist_partition;

CREATE FUNCTION citus_stand_in.refuse_what_stands_already(t regclass) RETURNS void LANGUAGE plpgsql AS $$
BEGIN
    IF EXISTS (SELECT FROM citus_stand_in.pg_dist_partition WHERE logicalrelid = t) THEN
        RAISE EXCEPTION 'table "%" is already distributed', t;
    END IF;
    IF EXISTS (SELECT FROM pg_trigger WHERE tgrelid = t AND NOT tgisinternal) THEN
        RAISE EXCEPTION 'cannot distribute relation "%" because it has triggers', t
            USING HINT = 'Drop all the triggers on it and retry.';
    END IF;
END $$;

CREATE FUNCTION citus_stand_in.refuse_keys_without(t regclass, col text) RETURNS void LANGUAGE plpgsql AS $$
DECLARE
    bad name;
BEGIN
    SELECT i.indexrelid::regclass::text INTO bad FROM pg_index i
    WHERE i.indrelid = t AND (i.indisunique OR i.indisexclusion) AND NOT EXISTS (
        SELECT FROM pg_attribute a WHERE a.attrelid = t AND a.attname = col AND a.attnum = ANY (i.indkey));
    IF bad IS NOT NULL THEN
        RAISE EXCEPTION 'cannot create constraint on "%"', t
            USING DETAIL = 'Distributed relations cannot have UNIQUE, EXCLUDE, or PRIMARY KEY constraints that do not '
                'include the partition column (with an equality operator if EXCLUDE).';
    END IF;
    -- A foreign key: to a reference table, or to a co-located one by the distribution column at the same place.
    SELECT c.conname INTO bad FROM pg_constraint c
    LEFT JOIN citus_stand_in.pg_dist_partition d ON d.logicalrelid = c.confrelid
    WHERE c.contype = 'f' AND c.conrelid = t AND d.repmodel IS DISTINCT FROM 't' AND NOT EXISTS (
        SELECT FROM unnest(c.conkey, c.confkey) AS k (here, there)
        JOIN pg_attribute a ON a.attrelid = t AND a.attnum = k.here AND a.attname = col
        JOIN pg_attribute b ON b.attrelid = c.confrelid AND b.attnum = k.there AND b.attname = d.partkey);
    IF bad IS NOT NULL OR EXISTS (
        SELECT FROM pg_constraint c LEFT JOIN citus_stand_in.pg_dist_partition d ON d.logicalrelid = c.conrelid
        WHERE c.contype = 'f' AND c.confrelid = t AND c.conrelid <> t AND d.logicalrelid IS NULL
    ) THEN
        RAISE EXCEPTION 'cannot create foreign key constraint' USING DETAIL =
            'Foreign keys are supported between co-located distributed tables, including the partition column, and to reference tables.';
    END IF;
END $$;

-- The group of tables whose shards lie together; refuses a column of another type.
CREATE FUNCTION citus_stand_in.group_of(t regclass, col text, with_table text) RETURNS integer LANGUAGE plpgsql AS $$
DECLARE
    other citus_stand_in.pg_dist_partition;
BEGIN
    IF with_table = 'none' THEN
        RETURN nextval('citus_stand_in.group_ids');
    END IF;
    IF with_table = 'default' THEN
        SELECT d.* INTO other FROM citus_stand_in.pg_dist_partition d
        JOIN pg_attribute a ON a.attrelid = d.logicalrelid AND a.attname = d.partkey
        JOIN pg_attribute b ON b.attrelid = t AND b.attname = col AND b.atttypid = a.atttypid LIMIT 1;
        RETURN coalesce(other.colocationid, nextval('citus_stand_in.group_ids'));
    END IF;
    SELECT d.* INTO other FROM citus_stand_in.pg_dist_partition d
    WHERE d.logicalrelid = with_table::regclass AND d.partkey IS NOT NULL;
    IF other.logicalrelid IS NULL THEN
        RAISE EXCEPTION 'relation % is not distributed', with_table;
    END IF;
    IF NOT EXISTS (
        SELECT FROM pg_attribute a JOIN pg_attribute b ON a.atttypid = b.atttypid
        WHERE a.attrelid = t AND a.attname = col AND b.attrelid = other.logicalrelid AND b.attname = other.partkey
    ) THEN
        RAISE EXCEPTION 'cannot colocate tables % and %', with_table, t
            USING DETAIL = format('Distribution column types don''t match for %s and %s.', with_table, t);
    END IF;
    RETURN other.colocationid;
END $$;

-- The table's rows go into eight shards; the former local rows stay on disk, hidden, until they are truncated.
CREATE FUNCTION citus_stand_in.split(t regclass, col text) RETURNS regclass LANGUAGE plpgsql AS $$
DECLARE
    name text := t::text;
    indexes text[];
    primary_key text;
    one record;
BEGIN
    SELECT array_agg(pg_get_indexdef(indexrelid)) INTO indexes FROM pg_index WHERE indrelid = t AND NOT indisprimary;
    SELECT format('CONSTRAINT %I %s', conname, pg_get_constraintdef(oid)) INTO primary_key
    FROM pg_constraint WHERE conrelid = t AND contype = 'p';
    FOR one IN SELECT relname FROM pg_class JOIN pg_index ON oid = indexrelid WHERE indrelid = t LOOP
        EXECUTE format('ALTER INDEX %I RENAME TO %I', one.relname, one.relname || '_left');
    END LOOP;
    EXECUTE format('ALTER TABLE %s RENAME TO %I', t, name || '_left');
    EXECUTE format('ALTER TABLE %s SET SCHEMA citus_stand_in', t);
    EXECUTE format('CREATE TABLE %I (LIKE %s INCLUDING DEFAULTS INCLUDING CONSTRAINTS) PARTITION BY HASH (%I)', name, t, col);
    FOR n IN 0..7 LOOP
        EXECUTE format('CREATE TABLE %I PARTITION OF %I FOR VALUES WITH (MODULUS 8, REMAINDER %s)', name || '_shard_' || n, name, n);
    END LOOP;
    IF primary_key IS NOT NULL THEN
        EXECUTE format('ALTER TABLE %I ADD %s', name, primary_key);
    END IF;
    FOR n IN 1..coalesce(array_length(indexes, 1), 0) LOOP
        EXECUTE indexes[n];
    END LOOP;
    EXECUTE format('INSERT INTO %I SELECT * FROM %s', name, t);
    INSERT INTO citus_stand_in.left_behind VALUES (name::regclass, name || '_left');
    RETURN name::regclass;
END $$;

CREATE FUNCTION citus_stand_in.create_distributed_table(
    table_name regclass, distribution_column text, distribution_type text DEFAULT 'hash',
    colocate_with text DEFAULT 'default', shard_count integer DEFAULT NULL
) RETURNS void LANGUAGE plpgsql AS $$
DECLARE
    together integer;
BEGIN
    PERFORM citus_stand_in.refuse_what_stands_already(table_name);
    IF NOT EXISTS (SELECT FROM pg_attribute WHERE attrelid = table_name AND attname = distribution_column) THEN
        RAISE EXCEPTION 'column "%" of relation "%" does not exist', distribution_column, table_name;
    END IF;
    together := citus_stand_in.group_of(table_name, distribution_column, colocate_with);
    PERFORM citus_stand_in.refuse_keys_without(table_name, distribution_column);
    INSERT INTO citus_stand_in.pg_dist_partition
    VALUES (citus_stand_in.split(table_name, distribution_column), 'h', distribution_column, together, 's');
END $$;

CREATE FUNCTION citus_stand_in.create_reference_table(table_name regclass) RETURNS void LANGUAGE plpgsql AS $$
BEGIN
    PERFORM citus_stand_in.refuse_what_stands_already(table_name);
    INSERT INTO citus_stand_in.pg_dist_partition VALUES (table_name, 'n', NULL, 1, 't');
END $$;

CREATE FUNCTION citus_stand_in.truncate_local_data_after_distributing_table(function_table regclass) RETURNS void
LANGUAGE plpgsql AS $$
DECLARE
    one record;
BEGIN
    IF NOT EXISTS (SELECT FROM citus_stand_in.pg_dist_partition WHERE logicalrelid = function_table) THEN
        RAISE EXCEPTION 'supplied parameter is not a distributed relation';
    END IF;
    FOR one IN DELETE FROM citus_stand_in.left_behind WHERE logicalrelid = function_table RETURNING local_copy LOOP
        EXECUTE format('DROP TABLE citus_stand_in.%I', one.local_copy);
    END LOOP;
END $$;

-- What CREATE EXTENSION leaves in the catalog.
SET LOCAL allow_system_table_mods = on;
INSERT INTO pg_extension (oid, extname, extowner, extnamespace, extrelocatable, extversion)
VALUES (999999, 'citus', 10, 'citus_stand_in'::regnamespace, false, '12.1-1');
SET LOCAL search_path = public, citus_stand_in;
