# P-11: nodes of Qserv: labels, taints, and a volume a worker on the right host.
workers=$(ask get nodes --selector tier=worker -o 'jsonpath={range .items[*]}{.metadata.name}{" "}{.spec.taints[*].value}{"\n"}{end}') || give_up "the API does not answer"
[ -n "$workers" ] || give_up "no node has the label tier=worker: this instance has no Qserv of its own" "the group 'qserv' of the inventory, or waive it where Qserv is elsewhere"
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
