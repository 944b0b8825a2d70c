# Run by sh, with a storage of the registry in $1. A line for each manifest and each tag that it has, with when it came, in seconds
# since 1970: "revision REPOSITORY DIGEST SECONDS", "tag REPOSITORY TAG sha256:DIGEST", "tagged REPOSITORY TAG SECONDS"; before them
# "now SECONDS", after them "end". Only looks.
echo "now $(date +%s)"
if [ -d "$1/docker/registry/v2/repositories" ]; then
  cd "$1/docker/registry/v2/repositories" || exit 1
  links() {
    path=$1
    shift
    find . \( -name _layers -o -name _uploads \) -prune -o -type f -path "*/_manifests/$path/link" "$@"
  }
  links 'revisions/sha256/*' -printf '%P %T@\n' | sed 's|^\(.*\)/_manifests/revisions/sha256/\(.*\)/link |revision \1 \2 |'
  links 'tags/*/current' -printf '%P %T@\n' | sed 's|^\(.*\)/_manifests/tags/\(.*\)/current/link |tagged \1 \2 |'
  links 'tags/*/current' -exec grep -H . {} + | sed 's|^\./\(.*\)/_manifests/tags/\(.*\)/current/link:|tag \1 \2 |'
fi
echo end
