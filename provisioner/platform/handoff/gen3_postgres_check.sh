#!/bin/sh
# Whether Gen3's charts can make their databases: a superuser, and the extensions that they create. Makes nothing that stays.
# Needs psql. The password is read from PGPASSWORD or ~/.pgpass, and shown nowhere.
set -eu
export PGHOST="${PGHOST:-@HOST@}" PGPORT="${PGPORT:-@PORT@}" PGUSER="${PGUSER:-@USER@}" PGDATABASE=postgres PGCONNECT_TIMEOUT=10
ask() { psql --no-psqlrc --no-password --quiet --tuples-only --no-align --command "$1"; }
fail() { echo "postgres: $1" >&2; exit 2; }
version=$(ask 'SHOW server_version_num') || fail "$PGHOST:$PGPORT does not let '$PGUSER' in"
[ "$version" -ge 130000 ] || fail "its version is $version, 13 or newer is needed"
[ "$(ask 'SELECT rolsuper FROM pg_roles WHERE rolname = current_user')" = t ] ||
  fail "'$PGUSER' is no superuser: the first dbcreate job would fail, and later ones say that all is well"
for extension in ltree vector; do
  [ "$(ask "SELECT count(*) FROM pg_available_extensions WHERE name = '$extension'")" = 1 ] ||
    fail "the extension '$extension' is not installed on the server"
done
trial="handoff_check_$$"
ask "CREATE DATABASE $trial" && ask "DROP DATABASE $trial" || fail "'$PGUSER' cannot make a database"
echo "postgres: version $version, superuser, ltree and vector are there"
