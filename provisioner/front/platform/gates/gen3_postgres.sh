# G-3: the PostgreSQL that Gen3's `dbcreate` is given, asked by psql from this node: its version, a superuser, and a scratch
# database in which the same is done as in those of the services. One that a run left behind goes with the next.
[ -n "$POSTGRES_HOST" ] || give_up "the inventory declares no PostgreSQL for Gen3: gen3.postgres" "gen3: {postgres: {host: pg.example.org}}"
command -v psql >/dev/null || give_up "this control-plane node has no psql to ask $POSTGRES_HOST with" "base_packages: [..., postgresql-client]"
[ -n "$POSTGRES_PASSWORD" ] || give_up "the password of '$POSTGRES_USER' at $POSTGRES_HOST is not known here: nobody was let in" "gen3_postgres_password, sealed: what is in the Secret that gen3.postgres.secret names"
database_at "$POSTGRES_HOST" "$POSTGRES_PORT" "$POSTGRES_USER" "$POSTGRES_PASSWORD"
version=$(sql 'show server_version_num') || { wrong "connection" "PostgreSQL does not let us in: $(printf '%s\n' "$version" | tail -n 1)" "gen3.postgres, gen3_postgres_password; pg_hba.conf of the server"; exit 0; }
if [ "$version" -ge 130000 ]; then right "version $version"; else wrong "version" "Gen3 needs PostgreSQL 13, this is $version" "a newer server"; fi
if [ "$(sql 'select rolsuper from pg_roles where rolname = current_user')" = t ]; then right "a superuser"; else wrong "superuser" "the user is no superuser: dbcreate fails at its first run, and reports success at the second" "alter role ... superuser"; fi
for extension in ltree vector; do
  if [ "$(sql "select count(*) from pg_available_extensions where name = '$extension'")" = 1 ]; then right "extension $extension"; else wrong "extension $extension" "the server has no extension '$extension'" "postgresql-contrib, postgresql-NN-pgvector on the server"; fi
done
own=$(printf 'gates_%s_' "$INSTANCE" | tr -c 'a-z0-9\n' _)
scratch=$own$(printf '%s' "$RUN" | tr -c 'a-z0-9\n' _)
for old in $(sql "select datname from pg_database where starts_with(datname, '$own')"); do sql "drop database if exists $old" >/dev/null; done
trap 'sql "drop database if exists $scratch" >/dev/null' EXIT
if said=$(sql "create database $scratch"); then
  right "a database is made"
  for step in "create extension ltree" "create extension vector" "alter schema public owner to current_user"; do
    said=$(sql "$step" "$scratch") && { right "$step"; continue; }
    # Of an extension that is not there it is said above.
    case "$said" in *"is not available"* | *"could not open extension control file"*) continue ;; esac
    wrong "$step" "dbcreate's '$step' is refused: $(printf '%s\n' "$said" | sed -n 's/^ERROR: *//p' | head -n 1)" "rights of the user, packages of the server"
  done
  if said=$(sql "drop database $scratch"); then right "and dropped"; else wrong "scratch database" "a database cannot be dropped: $(printf '%s\n' "$said" | head -n 1)" "drop database $scratch"; fi
else
  wrong "scratch database" "a database cannot be made: $(printf '%s\n' "$said" | sed -n 's/^ERROR: *//p' | head -n 1)" "alter role ... createdb"
fi
most=$(sql 'show max_connections')
if [ "${most:-0}" -ge 200 ]; then right "max_connections $most"; else wrong "max_connections" "the server takes $most connections, and Gen3's services open up to 200" "max_connections"; fi
