# P-6: databases for gafaelfawr and nublado: those of the site's server that are handed over (DATABASES, a URL each without a
# password), or a class for the one that Phalanx brings.
owned() {  # NAME DATABASE ROLE: where no role is handed over, any of its own will do
  owner=$(sql "select pg_get_userbyid(datdba) from pg_database where datname = '$2'")
  if [ -z "$owner" ]; then
    wrong "database $2" "there is no database '$2' on the site's PostgreSQL" "create role ${3:-$2} login password '...'; create database $2 owner ${3:-$2}"
  elif [ -n "$3" ] && [ "$owner" != "$3" ]; then
    wrong "database $2" "the database '$2' is of '$owner', and '$3' is handed over to $1" "alter database $2 owner to $3, or phalanx.databases.$1"
  elif [ "$(sql "select rolcanlogin from pg_roles where rolname = '$owner'")" = t ] && [ "$(sql "select rolsuper from pg_roles where rolname = '$owner'")" != t ]; then
    right "database $2, of the role $owner"
  else
    wrong "database $2" "the database '$2' is of '$owner', who is no role of its own that logs in" "create role $2 login password '...'; alter database $2 owner to $2"
  fi
}
# The class that volumes of Phalanx's own server are asked of.
has_class() {
  class=$POSTGRES_CLASS
  [ -n "$class" ] || class=$(printf '%s' "$CLASSES" | awk '$3 == "yes" {print $1; exit}')
  [ -n "$class" ] || class=standard
  if ask get storageclass "$class" >/dev/null 2>&1; then right "the class '$class' is there"
  else wrong "postgresStorageClass" "there is no storage class '$class' for Phalanx's PostgreSQL, and no database of the site is declared${1:+ for $1}" "phalanx.storage_class, or phalanx.databases"; fi
}
host_of() { printf '%s' "$1" | sed 's|^[^:/]*://||; s|[/?].*||; s|.*@||; s|:[0-9]*$||'; }
if [ -n "$DATABASE_URL" ]; then
  command -v psql >/dev/null || give_up "this control-plane node has no psql to ask the site's PostgreSQL with" "base_packages: [..., postgresql-client]"
  database "$DATABASE_URL"
  said=$(sql 'select 1') || { wrong "connection" "PostgreSQL does not let us in: $(printf '%s\n' "$said" | tail -n 1)" "phalanx_database_url; pg_hba.conf of the server"; exit 0; }
  for name in gafaelfawr nublado; do
    url=$(printf '%s\n' "$DATABASES" | sed -n "s/^$name //p")
    if [ -z "$url" ]; then
      if [ -z "$DATABASES" ]; then owned "$name" "$name" ""; else has_class "$name"; fi
      continue
    fi
    if [ "$(host_of "$url")" != "$(host_of "$DATABASE_URL")" ]; then
      lacks "the database that is handed over to $name is at $(host_of "$url"), and phalanx_database_url leads to $(host_of "$DATABASE_URL"): it was not looked at" "phalanx_database_url, phalanx.databases.$name"
      continue
    fi
    base=${url#*://}
    role=
    case "$base" in *@*) role=${base%%@*}; role=${role%%:*} ;; esac
    base=${base#*/}
    owned "$name" "${base%%\?*}" "$role"
  done
  exit 0
fi
if [ -n "$DATABASES" ]; then
  give_up "databases of the site are handed over ($(printf '%s\n' "$DATABASES" | sed -n 's/ .*//p' | tr '\n' ' ' | sed 's/ $//')), and nobody's way in is known by which to look at them" "phalanx_database_url, sealed: a role that sees them"
fi
has_class
