# C-3: pages between pods of every pair of nodes, a Service, names, and whether large packets pass.
need_probes
domain=$CLUSTER_DOMAIN
dns=$(ask --namespace kube-system get service --selector k8s-app=kube-dns -o 'jsonpath={range .items[*]}{.metadata.name}.{.metadata.namespace} {.spec.clusterIP}{"\n"}{end}' | head -n 1)
service=$(here get service probe -o 'jsonpath={.spec.clusterIP}')
targets=$(tr ' ' '=' <"$PLACE/ready" | tr '\n' ' ')
ask_all() {
  for node in $nodes; do ask_from "$node" >"$PLACE/pods-$node" 2>&1 & done
  wait
}
ask_from() {  # NODE
  # shellcheck disable=SC2016,SC2086  # the pod's own variables; words on purpose
  probe "$1" sh -c '
    domain=$1 run=$2 service=$3
    shift 3
    for target in "$@"; do
      name=${target%%=*} address=${target#*=}
      (got=$(timeout 5 wget -q -O - "http://$address:8080/" 2>/dev/null)
       [ "$got" = "$name" ] && echo "pair $name passed" || echo "pair $name stopped"
       size=$(timeout 8 wget -q -O - "http://$address:8080/large" 2>/dev/null | wc -c)
       [ "$size" = 262144 ] && echo "large $name passed" || echo "large $name stopped") &
    done
    for name in "kubernetes.default.svc.$domain" "probe.$run.svc.$domain"; do
      (timeout 8 nslookup "$name" >/dev/null 2>&1 && echo "name $name passed" || echo "name $name stopped") &
    done
    (timeout 8 wget -q -O /dev/null "http://probe.$run/" 2>/dev/null && echo "name probe.$run passed" || echo "name probe.$run stopped") &
    (timeout 5 wget -q -O /dev/null "http://$service/" 2>/dev/null && echo "service $service passed" || echo "service $service stopped") &
    echo "mtu $(cat /sys/class/net/eth0/mtu) -"
    wait' sh "$domain" "$RUN" "$service" $targets
}
# A pod network takes a moment to know a new pod on all nodes, longer where it has much to do.
tries=0
while :; do
  ask_all
  tries=$((tries + 1))
  grep -hq ' stopped$' "$PLACE"/pods-* || break
  [ $tries -lt 4 ] || break
  sleep 4
done
[ $tries = 1 ] || note "it took $tries tries until all was known everywhere"
# Two lines for each pod, three names, a Service, the MTU: what is missing was not tried.
wanted=$(($(grep -c . "$PLACE/ready") * 2 + 5))
for node in $nodes; do
  told=$(grep -c -e '^pair ' -e '^large ' -e '^name ' -e '^service ' -e '^mtu ' "$PLACE/pods-$node")
  [ "$told" = $wanted ] || wrong "pod on $node" "the probe on $node could not be asked all: $told of $wanted answers came: $(tail -n 1 "$PLACE/pods-$node")" "look at the kubelet of $node" "$node"
done
for node in $nodes; do
  grep '^pair .* stopped' "$PLACE/pods-$node" | while read -r _ to _; do
    wrong "a page of the pod on $to" "pods on $node do not reach pods on $to" "look at the pod network and the routes of $node and $to" "$node"
  done
  grep -q '^pair .* stopped' "$PLACE/pods-$node" || right "pages of the pods on $nodes" "$node"
  grep '^large .* stopped' "$PLACE/pods-$node" | while read -r _ to _; do
    grep -q "^pair $to passed" "$PLACE/pods-$node" || continue
    wrong "256 KiB from the pod on $to" "small packets pass from $to to $node and large ones do not: the MTU of pods is too large" "compare the MTU of eth0 in pods with that of the nodes' network" "$node"
  done
  if grep -q '^service .* passed' "$PLACE/pods-$node"; then
    right "a Service by its address" "$node"
  elif grep -q '^service ' "$PLACE/pods-$node" && ! grep -q '^pair .* stopped' "$PLACE/pods-$node"; then
    wrong "a Service by its address" "pods on $node reach no Service by its address: kube-proxy on $node does not do its work" "look at kube-proxy on $node" "$node"
  fi
done
if grep -hq '^name .* stopped' "$PLACE"/pods-*; then
  dns_pods=$(ask --namespace kube-system get deployment coredns -o 'jsonpath={.spec.replicas} {.status.readyReplicas}' 2>/dev/null)
  case "$dns_pods" in
    "0"*) why="no name is resolved in pods: CoreDNS is scaled to 0" hint="kubectl -n kube-system scale deployment coredns --replicas 2" ;;
    *" "[1-9]*) why="" hint="look at the logs of CoreDNS, and at the way to ${dns#* } from there" ;;
    "") why="no name is resolved in pods: there is no CoreDNS" hint="provisioner cluster up $INSTANCE" ;;
    *) why="no name is resolved in pods: none of the ${dns_pods% *} pods of CoreDNS is ready" hint="kubectl -n kube-system describe pods -l k8s-app=kube-dns" ;;
  esac
  for node in $nodes; do
    for name in $(sed -n 's/^name \(.*\) stopped$/\1/p' "$PLACE/pods-$node"); do
      wrong "the name $name" "${why:-pods on $node do not resolve $name}" "$hint" "$node"
    done
  done
fi
for node in $nodes; do grep -q '^name .* stopped' "$PLACE/pods-$node" || right "names" "$node"; done
# shellcheck disable=SC2046
set -- $(sed -n 's/^mtu \([0-9]*\).*/\1/p' "$PLACE"/pods-* | sort -u)
if [ $# -gt 1 ]; then
  wrong "MTU of pods" "pods of this cluster have different MTUs: $*" "one value for all nodes: pod_network_mtu"
fi
note "the name service is ${dns:-not to be found by its label} in $domain; pods have MTU ${1:-unknown}"
