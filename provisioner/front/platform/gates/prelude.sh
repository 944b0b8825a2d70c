# Before each gate's script: lines of JSON as gates/trial.h reads them, and the cluster. RUN is the namespace of this run.
set -u
export KUBECONFIG=/etc/kubernetes/admin.conf LC_ALL=C
quoted() { printf '%s' "$1" | tr '\t\n\r' '   ' | tr -cd '\040-\176' | sed 's/\\/\\\\/g; s/"/\\"/g' | cut -c -1500; }
right() { printf '{"right": "%s", "on": "%s"}\n' "$(quoted "$1")" "$(quoted "${2:-}")"; }  # WHAT [NODE]
wrong() {  # WHAT WHY HINT [NODE]
  printf '{"wrong": "%s", "why": "%s", "hint": "%s", "on": "%s"}\n' "$(quoted "$1")" "$(quoted "$2")" "$(quoted "$3")" "$(quoted "${4:-}")"
}
lacks() { printf '{"lacks": "%s", "hint": "%s"}\n' "$(quoted "$1")" "$(quoted "${2:-}")"; }  # WHY [HINT]
fact() { printf '{"fact": "%s", "value": "%s", "on": "%s"}\n' "$(quoted "$1")" "$(quoted "$2")" "$(quoted "${3:-}")"; }
note() { printf '{"note": "%s"}\n' "$(quoted "$1")"; }
give_up() {
  lacks "$@"
  exit 0
}
ask() { timeout 60 kubectl --request-timeout 30s "$@"; }
here() { ask --namespace "$RUN" "$@"; }
# The account of pods comes a moment after their namespace.
await_account() {
  waited=0
  until here get serviceaccount default >/dev/null 2>&1 || [ $waited -ge 20 ]; do
    waited=$((waited + 1))
    sleep 0.5
  done
}
# Addresses that the Service of our ingress was given.
given_to_ingress() { ask --namespace site-ingress get service traefik -o 'jsonpath={.status.loadBalancer.ingress[*].ip}' 2>/dev/null; }
# The one that pages are asked for at, in $address.
need_ingress() {
  address=$INGRESS_ADDRESS
  if [ -z "$address" ]; then
    address=$(given_to_ingress)
    address=${address%% *}
  fi
  [ -n "$address" ] || give_up "nobody says at which address the ingress is: ingress_address"
}
# Nodes that take pods which tolerate nothing, one a line. PreferNoSchedule keeps nobody out.
takers() {
  ask get nodes -o 'jsonpath={range .items[*]}{.metadata.name} {.spec.unschedulable} {.spec.taints[*].effect}{"\n"}{end}' |
    awk 'NF && !/ (true|NoSchedule|NoExecute)( |$)/ {print $1}'
}
# In the probe of a node.
probe() {
  probed=$1
  shift
  here exec "probe-$probed" -- "$@"
}
# Waits until one of two files is there; false after so many SECONDS.
is_there() {  # SECONDS FILE OTHER
  waited=0
  until [ -e "$PLACE/$2" ] || [ -e "$PLACE/$3" ]; do
    waited=$((waited + 1))
    [ $waited -lt $(($1 * 2)) ] || return 1
    sleep 0.5
  done
}
# Waits for the probes, a pod on each node with pages; sets `nodes`, those that have one.
need_probes() {
  is_there 100 ready unfit || give_up "the probes did not become ready in time"
  [ ! -e "$PLACE/unfit" ] || give_up "$(cat "$PLACE/unfit")" "provisioner cluster status $INSTANCE"
  nodes=$(cut -d' ' -f1 "$PLACE/ready" | tr '\n' ' ')
}
# Waits for a pod that has this node's own programs, and asks from the pod network as a platform's pods do.
need_tools() {
  is_there 100 tools no-tools || give_up "the pod with programs did not become ready in time"
  [ ! -e "$PLACE/no-tools" ] || give_up "$(cat "$PLACE/no-tools")" "provisioner cluster status $INSTANCE"
}
# Of a pod whose manifest ends with its one container: what it has of the node that it runs on.
node_programs() {
  cat <<'EOT'
      volumeMounts:
        - {name: usr, mountPath: /usr, readOnly: true}
        - {name: certificates, mountPath: /etc/ssl, readOnly: true}
        - {name: lib, mountPath: /lib, readOnly: true}
        - {name: lib64, mountPath: /lib64, readOnly: true}
  volumes:
    - {name: usr, hostPath: {path: /usr}}
    - {name: certificates, hostPath: {path: /etc/ssl}}
    - {name: lib, hostPath: {path: /usr/lib}}
    - {name: lib64, hostPath: {path: /usr/lib64}}
EOT
}
tool() { here exec tools -- "$@" </dev/null; }
# curl in that pod, by a configuration on its standard input, where no list of processes shows it: METHOD URL [LINES]. Prints the
# body and then, on a line of its own, the status; 000 where nobody answers, with curl's words in its place.
fetched() {
  {
    printf 'request = "%s"\nurl = "%s"\nmax-time = 15\nsilent\nshow-error\nwrite-out = "\\n%%{http_code}"\n' "$1" "$(printf '%s' "$2" | sed 's/[\\"]/\\&/g')"
    [ "$1" != HEAD ] || printf 'head\noutput = "/dev/null"\n'
    [ -z "${3:-}" ] || printf '%s\n' "$3"
  } | timeout 40 kubectl --request-timeout 30s --namespace "$RUN" exec -i tools -- curl --config - 2>&1 | grep -v '^command terminated with exit code'
}
# As `fetched`, and verified as a platform's images do: by the public authorities that Debian ships, unless those images carry the
# site's own, as the node does (TRUSTS_SITE_AUTHORITY). With `cacert` alone Debian's curl looks into the node's folder, too.
PUBLIC_LIST=${PUBLIC_LIST:-/tmp/public-authorities.pem}
PUBLIC_AUTHORITIES=/usr/share/ca-certificates/mozilla
lack_authorities() { give_up "$1 has no list of public authorities ($PUBLIC_AUTHORITIES)" "base_packages: [..., ca-certificates]"; }  # WHO
as_images() {  # METHOD URL [LINES]
  [ "$TRUSTS_SITE_AUTHORITY" != true ] || { fetched "$@"; return; }
  fetched "$1" "$2" "cacert = \"$PUBLIC_LIST\"
capath = \"/nonexistent\"${3:+
$3}" | sed "/^curl: (60) /s/\$/, by public authorities alone: stock images do not know the site's own/"
}
# Has the pod with programs know whom those images trust.
need_authorities_in_pod() {
  [ "$TRUSTS_SITE_AUTHORITY" != true ] || return 0
  # shellcheck disable=SC2016  # of that shell
  tool sh -c 'cat "$2"/*.crt >"$1.$$" && mv "$1.$$" "$1"' sh "$PUBLIC_LIST" "$PUBLIC_AUTHORITIES" >/dev/null 2>&1 ||
    lack_authorities "the node of the pod with programs"
}
# What helps where the images do not trust a server, and else.
remedy() {  # ANSWER OTHERWISE
  case "$TRUSTS_SITE_AUTHORITY $1" in
    "true "*"curl: (60)"*) echo "a certificate of the site's authority, or of a public one, for that name" ;;
    *"curl: (60)"*) echo "a publicly trusted certificate for that name; or images that carry the site's authority: gen3.trusts_site_authority: true" ;;
    *) printf '%s\n' "$2" ;;
  esac
}
status_of() { printf '%s\n' "$1" | tail -n 1; }
body_of() { printf '%s\n' "$1" | sed '$d'; }
# Of what nobody has answered, why; of an answer, its status and beginning.
answer_of() {
  case "$(status_of "$1")" in
    000) printf '%s' "$1" | sed -n 's/^curl: ([0-9]*) //p' | head -n 1 ;;
    [1-9][0-9][0-9])
      said=$(body_of "$1" | tr '\n' ' ' | cut -c -160 | sed 's/ *$//')
      printf 'status %s' "$(status_of "$1")${said:+: $said}"
      ;;
    *) printf '%s' "$1" | tail -n 1 | cut -c -160 ;;
  esac
}
# What images trust that know no site: the authorities that Debian ships, without those that this node has learned of.
need_authorities_here() {
  cat "$PUBLIC_AUTHORITIES"/*.crt >"$PLACE/stock.pem" 2>/dev/null
  [ -s "$PLACE/stock.pem" ] || lack_authorities "this node"
}
# Nothing where they trust a chain for that name.
why_stock_images_distrust() {  # FILE NAME
  said=$(openssl verify -CAfile "$PLACE/stock.pem" -no-CApath -untrusted "$1" -verify_hostname "$2" "$1" 2>&1)
  case "$said" in *': OK') return ;; esac
  why=$(printf '%s\n' "$said" | sed -n 's/^error [0-9]* at [0-9]* depth lookup: *//p' | head -n 1)
  printf '%s\n' "${why:-$(printf '%s\n' "$said" | tail -n 1)}"
}
# Has the controller, which is outside of the cluster, look at something, and prints what it answers.
from_outside() {  # KIND ABOUT
  name=$(printf '%s' "$1_$2" | tr -c 'a-zA-Z0-9\n' '_')
  printf '%s %s %s\n' "$name" "$1" "$2" >>"$PLACE/outside"
  waited=0
  until [ -s "$PLACE/outside-$name" ]; do
    waited=$((waited + 1))
    [ $waited -lt 200 ] || { echo "the controller did not ask"; return; }
    sleep 0.5
  done
  cat "$PLACE/outside-$name"
}
# What is found where things are looked up, or what curl says. The URL comes on its standard input: it may hold a password.
found_at() {  # QUERY CANARY
  url=$(printf '%s' "$1" | sed "s/CANARY/$2/" | sed 's/[\\"]/\\&/g')
  printf 'url = "%s"\n' "$url" | timeout 10 curl -sS --max-time 8 --cacert "$CA_FILE" --config - 2>&1
}
page_from_outside() { from_outside page "$1"; }  # URL: "yes", or what came instead
pulls_in_log() { from_outside pulls "$1:$2"; }   # SINCE PATH, at the registry: "seen NODE NODE ...", or why that cannot be told
# Has psql connect by a file that root alone reads: a URL among its arguments would show its password to all.
database() {  # URL
  (
    umask 077
    printf '%s\n' "$1" | sed 's|^[^:/]*://||; s|?.*||' | awk '{
      at = 0; for (i = 1; i <= length($0); i++) if (substr($0, i, 1) == "@") at = i
      user = substr($0, 1, at ? at - 1 : 0); place = substr($0, at + 1); password = ""; port = 5432; name = "postgres"
      if ((i = index(user, ":")) > 0) { password = substr(user, i + 1); user = substr(user, 1, i - 1) }
      if ((i = index(place, "/")) > 0) { if (length(place) > i) name = substr(place, i + 1); place = substr(place, 1, i - 1) }
      if (match(place, /:[0-9]+$/)) { port = substr(place, RSTART + 1); place = substr(place, 1, RSTART - 1) }
      printf "[gates]\nhost=%s\nport=%s\ndbname=%s\n", place, port, name
      if (user != "") printf "user=%s\n", user
      if (password != "") printf "password=%s\n", password
    }' >"$PLACE/database"
  )
  export PGSERVICEFILE="$PLACE/database"
}
# The same for a server whose parts are known.
database_at() {  # HOST PORT USER PASSWORD
  (
    umask 077
    printf '[gates]\nhost=%s\nport=%s\ndbname=postgres\nuser=%s\npassword=%s\n' "$@" >"$PLACE/database"
  )
  export PGSERVICEFILE="$PLACE/database"
}
# COMMAND [DATABASE]
sql() { timeout 20 psql "service=gates${2:+ dbname=$2}" --no-psqlrc --no-password --quiet --tuples-only --no-align --command "$1" 2>&1; }
