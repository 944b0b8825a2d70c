# G-1, P-2: which release the API server is that answers; the judge knows the oldest that will do.
told=$(ask get --raw /version 2>/dev/null) || give_up "the API does not answer" "provisioner cluster status $INSTANCE"
fact version "$(printf '%s\n' "$told" | sed -n 's/.*"gitVersion": *"\([^"]*\)".*/\1/p')"
