# P-11: Qserv is elsewhere, and pods reach it; or its nodes are here: labels, taints, and a volume a worker on the right host.
if [ -n "$QSERV" ]; then
  need_tools
  for port in ${QSERV_PORTS:-4040 4048}; do
    # What answers there need not speak HTTP: who is refused, lost or unknown is told apart by curl's words.
    said=$(fetched GET "http://$QSERV:$port/")
    case "$said" in
      *"Could not resolve"* | *"Failed to connect"* | *"onnection timed out"* | *"onnection refused"* | *"No route to host"*) ;;
      *"curl: ("* | *[1-5][0-9][0-9]) right "Qserv at $QSERV answers a pod on port $port"; continue ;;
    esac
    wrong "port $port" "a pod does not come to Qserv at $QSERV, port $port: $(answer_of "$said")" "phalanx_qserv; the way there from pods: 4040 for queries, 4048 for its REST interface"
  done
fi
tiers=$(ask get nodes --selector tier -o 'jsonpath={range .items[*]}{.metadata.labels.tier} {.metadata.name}{"\n"}{end}') || give_up "the API does not answer"
printf '%s' "$TIERS" | while read -r tier node; do
  now=$(printf '%s\n' "$tiers" | awk -v node="$node" '$2 == node {print $1}')
  if [ "$now" = "$tier" ]; then right "its label tier=$tier" "$node"
  else wrong "label" "the inventory has $node for Qserv by tier=$tier, and its label is '$now'" "provisioner cluster up $INSTANCE" "$node"; fi
done
workers=$(ask get nodes --selector tier=worker -o 'jsonpath={range .items[*]}{.metadata.name}{" "}{.spec.taints[*].value}{"\n"}{end}') || give_up "the API does not answer"
if [ -z "$workers" ]; then
  [ -n "$QSERV" ] || lacks "no node has the label tier=worker: this instance has no Qserv of its own, and none elsewhere is declared" "the group 'qserv' of the inventory, or phalanx_qserv: HOST; or waive it where there is none"
  exit 0
fi
volumes=$(ask get pv -o 'jsonpath={range .items[*]}{.metadata.name}{" "}{.spec.nodeAffinity.required.nodeSelectorTerms[*].matchExpressions[*].values[*]}{" "}{.spec.persistentVolumeReclaimPolicy}{"\n"}{end}')
printf '%s\n' "$workers" | while read -r node taint; do
  case "$taint" in *qserv*) right "its taint" "$node" ;; *) wrong "taint" "$node has no taint for Qserv: other pods take its memory" "node_taints: [key=qserv:NoSchedule]" "$node" ;; esac
  own=$(printf '%s\n' "$volumes" | awk -v node="$node" '$2 == node {print $1, $3}')
  case "$own" in
    "") wrong "volume" "$node has no volume of its own for a Qserv worker" "local_volumes of the node" "$node" ;;
    *Retain*) right "a volume of its own that is retained" "$node" ;;
    *) wrong "volume" "the volume of $node is deleted with its claim: catalogues take weeks to load" "a class of the kind 'local'" "$node" ;;
  esac
done
