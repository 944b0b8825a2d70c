# Run by sh, with a storage of the registry in $1. A line for each manifest and each tag that it has, with when it came, in seconds
# since 1970: "revision REPOSITORY DIGEST SECONDS", "tag REPOSITORY TAG sha256:DIGEST", "tagged REPOSITORY TAG SECONDS"; before them
# "now SECONDS", after them "end". Only looks. One that cannot see everything says no "end": without its tag an image looks spare.
echo "now $(date +%s)"
if [ -e "$1/docker/registry/v2/repositories" ]; then
  cd "$1/docker/registry/v2/repositories" || exit 1
  links() {
    path=$1
    shift
    find . -ignore_readdir_race \( -name _layers -o -name _uploads \) -prune -o -type f -path "*/_manifests/$path/link" "$@"
  }
  # Not through a pipe, which loses how they end, nor a file: the disk may be full.
  revisions=$(links 'revisions/sha256/*' -printf '%P %T@\n') || exit 1
  tagged=$(links 'tags/*/current' -printf '%P %T@\n') || exit 1
  # A push that met a full disk leaves a tag that names nothing: grep finds no line there, which is no failure.
  tags=$(links 'tags/*/current' -exec sh -c 'grep -H . "$@" || [ $? -eq 1 ]' sh {} +) || exit 1
  printf '%s\n' "$revisions" | sed 's|^\(.*\)/_manifests/revisions/sha256/\(.*\)/link |revision \1 \2 |'
  printf '%s\n' "$tagged" | sed 's|^\(.*\)/_manifests/tags/\(.*\)/current/link |tagged \1 \2 |'
  printf '%s\n' "$tags" | sed 's|^\./\(.*\)/_manifests/tags/\(.*\)/current/link:|tag \1 \2 |'
fi
echo end
