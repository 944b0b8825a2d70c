# G-3: the PostgreSQL that Gen3's `dbcreate` is given, asked by psql from this node: its version, a superuser, extensions, and a
# database that is made and dropped.
[ -n "$POSTGRES" ] || give_up "the inventory declares no PostgreSQL for Gen3: gen3_postgres"
command -v psql >/dev/null || give_up "this control-plane node has no psql to ask $(printf '%s' "$POSTGRES" | sed 's|//[^@]*@|//|') with" "base_packages: [..., postgresql-client]"
database "$POSTGRES"
version=$(sql 'show server_version_num') || { wrong "connection" "PostgreSQL does not let us in: $(printf '%s\n' "$version" | tail -n 1)" "gen3_postgres; pg_hba.conf of the server"; exit 0; }
if [ "$version" -ge 130000 ]; then right "version $version"; else wrong "version" "Gen3 needs PostgreSQL 13, this is $version" "a newer server"; fi
if [ "$(sql 'select rolsuper from pg_roles where rolname = current_user')" = t ]; then right "a superuser"; else wrong "superuser" "the user is no superuser: dbcreate fails at its first run, and reports success at the second" "alter role ... superuser"; fi
for extension in ltree vector; do
  if [ "$(sql "select count(*) from pg_available_extensions where name = '$extension'")" = 1 ]; then right "extension $extension"; else wrong "extension $extension" "the server has no extension '$extension'" "postgresql-contrib, postgresql-NN-pgvector on the server"; fi
done
scratch=$(printf '%s' "$RUN" | tr - _)
if sql "create database $scratch" >/dev/null && sql "drop database $scratch" >/dev/null; then right "a database is made and dropped"; else wrong "scratch database" "a database cannot be made and dropped" "rights of the user"; fi
most=$(sql 'show max_connections')
if [ "${most:-0}" -ge 200 ]; then right "max_connections $most"; else wrong "max_connections" "the server takes $most connections, and Gen3's services open up to 200" "max_connections"; fi
