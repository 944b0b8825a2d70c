# P-6: databases for gafaelfawr and nublado: a server of the site's, or a class for the one that Phalanx brings.
if [ -n "$DATABASE_URL" ]; then
  command -v psql >/dev/null || give_up "this control-plane node has no psql to ask the site's PostgreSQL with" "base_packages: [..., postgresql-client]"
  database "$DATABASE_URL"
  said=$(sql 'select 1') || { wrong "connection" "PostgreSQL does not let us in: $(printf '%s\n' "$said" | tail -n 1)" "phalanx_database_url; pg_hba.conf of the server"; exit 0; }
  for name in gafaelfawr nublado; do
    owner=$(sql "select pg_get_userbyid(datdba) from pg_database where datname = '$name'")
    if [ -z "$owner" ]; then
      wrong "database $name" "there is no database '$name' on the site's PostgreSQL" "create role $name login password '...'; create database $name owner $name"
    elif [ "$(sql "select rolcanlogin from pg_roles where rolname = '$owner'")" = t ] && [ "$(sql "select rolsuper from pg_roles where rolname = '$owner'")" != t ]; then
      right "database $name, of the role $owner"
    else
      wrong "database $name" "the database '$name' is of '$owner', who is no role of its own that logs in" "create role $name login password '...'; alter database $name owner to $name"
    fi
  done
  exit 0
fi
class=${POSTGRES_CLASS:-standard}
if ask get storageclass "$class" >/dev/null 2>&1; then right "the class '$class' is there"
else wrong "postgresStorageClass" "there is no storage class '$class' for Phalanx's PostgreSQL, and no database of the site is declared" "phalanx_postgres_storage_class, or phalanx_database_url"; fi
