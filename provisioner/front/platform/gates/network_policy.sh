# C-4: tries packets between pods before, with and after policies.
# Prints "network NAME", then "attempt PHASE CLIENT FROM TO PORT pass|stop passed|stopped" for each, or "failed REASON".
# A server on each node and two clients, "allowed" and "other"; each asks the server of its node and that of the next one.
space=$RUN
longest=12  # times that a phase is tried until it is as it must be: a policy takes a moment to hold
folder=$PLACE/network-policy
mkdir -p "$folder"
ask() { timeout 150 kubectl --namespace $space "$@"; }
give_up() {
  echo "failed $1"
  exit 0
}

network=$(timeout 20 kubectl get daemonset --all-namespaces -o 'jsonpath={.items[*].metadata.name}') || give_up "the API does not answer"
case " $network " in
  *" cilium "*) echo "network cilium" ;;
  *" kube-flannel-ds "*) echo "network flannel" ;;
  *) echo "network" ;;
esac
nodes=$(timeout 20 kubectl get nodes -o 'jsonpath={range .items[*]}{.metadata.name}{" "}{.status.conditions[?(@.type=="Ready")].status}{"\n"}{end}' |
  sed -n 's/ True$//p')
[ -n "$nodes" ] || give_up "no node is ready"

pod() {  # NAME NODE PART COMMAND
  cat <<EOF
---
apiVersion: v1
kind: Pod
metadata: {name: "$1", namespace: $space, labels: {part: $3, gate: network-policy}}
spec:
  nodeName: "$2"
  terminationGracePeriodSeconds: 0
  automountServiceAccountToken: false
  tolerations: [{operator: Exists}]
  securityContext: {runAsNonRoot: true, runAsUser: 65534, runAsGroup: 65534, seccompProfile: {type: RuntimeDefault}}
  containers:
    - name: $3
      image: "$IMAGE"
      command: [sh, -c, "$4"]
      securityContext: {allowPrivilegeEscalation: false, capabilities: {drop: [ALL]}}
EOF
}
{
  for node in $nodes; do
    pod "server-$node" "$node" server "cd /tmp; echo page >index.html; httpd -p 8081 -h /tmp; exec httpd -f -p 8080 -h /tmp"
    pod "allowed-$node" "$node" allowed "exec sleep 3600"
    pod "other-$node" "$node" other "exec sleep 3600"
  done
} >"$folder/pods.yml"
# A namespace has its service account a moment after itself.
tries=0
until timeout 60 kubectl apply -f "$folder/pods.yml" >/dev/null 2>"$folder/refused"; do
  tries=$((tries + 1))
  [ $tries -lt 10 ] || give_up "pods are refused: $(tail -n 1 "$folder/refused")"
  sleep 1
done
if ! ask wait --for=condition=Ready pod --selector gate=network-policy --timeout 120s >/dev/null 2>&1; then
  give_up "pods did not become ready: $(ask get pods --selector gate=network-policy -o 'jsonpath={range .items[*]}{.metadata.name}{" "}{.status.phase}{" "}{.status.containerStatuses[0].state.waiting.reason}{"; "}{end}' | tr '\n' ' ')"
fi
ask get pods --selector part=server -o 'jsonpath={range .items[*]}{.spec.nodeName}{" "}{.status.podIP}{"\n"}{end}' >"$folder/servers"

# The node itself, and the next one, the first after the last.
targets_of() {
  awk -v node="$1" '{name[NR] = $1; at[NR] = $2} $1 == node {me = NR}
    END {next_one = me % NR + 1; print name[me], at[me]; if (next_one != me) print name[next_one], at[next_one]}' "$folder/servers"
}
try_from() {  # CLIENT NODE: "CLIENT FROM TO PORT passed|stopped"
  client=$1 from=$2 words=
  while read -r to address; do
    for port in 8080 8081; do words="$words $to=$address:$port"; done
  done <<EOF
$(targets_of "$from")
EOF
  # shellcheck disable=SC2016,SC2086  # the pod's own variables; words on purpose
  ask exec "$client-$from" -- sh -c '
    for target in "$@"; do
      (if timeout 3 wget -q -O /dev/null "http://${target#*=}/" 2>/dev/null; then echo "$target passed"; else echo "$target stopped"; fi) &
    done
    wait' sh $words 2>/dev/null | sed "s/^\([^=]*\)=.*:\([0-9]*\) /$client $from \1 \2 /"
}
must() {  # PHASE CLIENT PORT
  case "$1 $2 $3" in
    before* | after* | "ingress allowed 8080" | "egress allowed "* | "egress other 8081") echo pass ;;
    *) echo stop ;;
  esac
}
try_phase() {  # PHASE: until all is as it must be, or the time is up; prints how it was the last time
  tries=0
  while :; do
    tries=$((tries + 1))
    for node in $nodes; do
      for client in allowed other; do try_from $client "$node" >"$folder/tried-$client-$node" & done
    done
    wait
    is_so=yes
    for node in $nodes; do
      for client in allowed other; do
        while read -r who from to port did; do
          wanted=$(must "$1" "$who" "$port")
          case "$wanted$did" in passpassed | stopstopped) ;; *) is_so=no ;; esac
          echo "attempt $1 $who $from $to $port $wanted $did"
        done <"$folder/tried-$client-$node"
      done
    done >"$folder/attempts"
    [ $is_so = no ] && [ $tries -lt $longest ] || break
    sleep 1
  done
  for tried in "$folder"/tried-*; do
    [ -s "$tried" ] || give_up "the pod '${tried#"$folder"/tried-}' could not be asked to send anything"
  done
  cat "$folder/attempts"
}
policy() { ask apply -f - >/dev/null || give_up "the policy is refused"; }

try_phase before
policy <<EOF
apiVersion: networking.k8s.io/v1
kind: NetworkPolicy
metadata: {name: ingress}
spec:
  podSelector: {matchLabels: {part: server}}
  policyTypes: [Ingress]
  ingress: [{from: [{podSelector: {matchLabels: {part: allowed}}}], ports: [{port: 8080}]}]
EOF
try_phase ingress
ask delete networkpolicy ingress >/dev/null
policy <<EOF
apiVersion: networking.k8s.io/v1
kind: NetworkPolicy
metadata: {name: egress}
spec:
  podSelector: {matchLabels: {part: other}}
  policyTypes: [Egress]
  egress: [{to: [{podSelector: {matchLabels: {part: server}}}], ports: [{port: 8081}]}]
EOF
try_phase egress
ask delete networkpolicy egress >/dev/null
try_phase after
