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
# In the probe of a node.
probe() {
  probed=$1
  shift
  here exec "probe-$probed" -- "$@"
}
# Waits for the probes, a pod on each node with pages; sets `nodes`, those that have one.
need_probes() {
  waited=0
  until [ -e "$PLACE/ready" ] || [ -e "$PLACE/unfit" ]; do
    waited=$((waited + 1))
    [ $waited -lt 200 ] || give_up "the probes did not become ready in time"
    sleep 0.5
  done
  [ ! -e "$PLACE/unfit" ] || give_up "$(cat "$PLACE/unfit")" "provisioner cluster status $INSTANCE"
  nodes=$(cut -d' ' -f1 "$PLACE/ready" | tr '\n' ' ')
}
address_of() { sed -n "s/^$1 //p" "$PLACE/ready"; }  # of a node's probe
# Has the controller ask for a page, from outside of the cluster: "yes", or what came instead.
from_outside() {  # URL
  name=$(printf '%s' "$1" | tr -c 'a-zA-Z0-9\n' '_')
  printf '%s %s\n' "$name" "$1" >>"$PLACE/outside"
  waited=0
  until [ -s "$PLACE/outside-$name" ]; do
    waited=$((waited + 1))
    [ $waited -lt 60 ] || { echo "the controller did not ask"; return; }
    sleep 0.5
  done
  cat "$PLACE/outside-$name"
}
