# C-12: what nodes and pods use is known: by the API (metrics-server), and by Prometheus where the instance has one.
case "$OWNER_metrics" in
  absent | platform)
    if ask get apiservice v1beta1.metrics.k8s.io >/dev/null 2>&1; then
      wrong "absence" "the API knows metrics (v1beta1.metrics.k8s.io), and the profile says that they are $OWNER_metrics" "provisioner profile explain $INSTANCE"
    else
      right "nothing serves metrics, as the profile has it"
    fi
    exit 0
    ;;
esac
ready=$(ask get nodes -o 'jsonpath={range .items[*]}{.metadata.name}{"\n"}{end}') || give_up "the API does not answer"
if top=$(ask top nodes --no-headers 2>&1); then
  for node in $ready; do
    if printf '%s\n' "$top" | grep -q "^$node .*[0-9]%"; then right "the API knows what it uses" "$node"
    else wrong "metrics of $node" "metrics-server knows nothing of $node" "kubectl -n kube-system logs deployment/metrics-server" "$node"; fi
  done
else
  pods=$(ask --namespace kube-system get deployment metrics-server -o 'jsonpath={.status.readyReplicas} of {.spec.replicas}' 2>/dev/null | sed 's/^ of/0 of/')
  wrong "metrics" "the API knows no metrics: $(printf '%s\n' "$top" | tail -n 1)${pods:+ (metrics-server: $pods pods ready)}" "kubectl -n kube-system describe deployment metrics-server"
fi
[ -n "$METRICS_QUERY" ] || { [ -z "$MONITORING" ] || METRICS_QUERY=http://${MONITORING%% *}:9090; }
# One answer of Prometheus to QUERY, without blanks; where its name is one of the cluster's, a pod asks.
prometheus() {
  case "$METRICS_QUERY" in
    *.svc | *.svc[.:/]*) tool curl -sS --max-time 15 --get --data-urlencode "query=$1" "$METRICS_QUERY/api/v1/query" ;;
    *) timeout 20 curl -sS --max-time 15 --cacert "$CA_FILE" --get --data-urlencode "query=$1" "$METRICS_QUERY/api/v1/query" ;;
  esac 2>&1 | tr -d ' \n'
}
# Every node of the cluster is among the labels of what Prometheus knows by this name.
on_each_node() {  # NAME ANSWER
  for pair in $NODES; do
    name=${pair%%=*} address=${pair#*=}
    case "$2" in
      *"\"$name\""* | *"\"$name:"* | *"\"$address\""* | *"\"$address:"*) right "$1" "$name" ;;
      *) wrong "$1" "Prometheus at $METRICS_QUERY knows $1 of other nodes, and not of $name" "its page /targets" "$name" ;;
    esac
  done
}
try_prometheus() {
  case "$METRICS_QUERY" in *.svc | *.svc[.:/]*) need_tools ;; esac
  for query in $METRICS; do
    told=$(prometheus "count by (instance, node, nodename) ($query)")
    case "$told" in
      *'"result":[]'*) wrong "$query" "Prometheus at $METRICS_QUERY knows no $query" "its page /targets" ;;
      *'"status":"success"'*)
        case "$query" in container_* | node_*) on_each_node "$query" "$told" ;; *) right "$query" ;; esac
        ;;
      *)
        wrong "$query" "Prometheus at $METRICS_QUERY does not answer: $(printf '%s' "$told" | tail -n 1 | cut -c -200)" "systemctl status prometheus"
        return
        ;;
    esac
  done
  # Pods of a platform come and go; whether they are measured is the platform's gate's.
  down=$(prometheus 'up{job!="pods"} == 0' | grep -o '"instance":"[^"]*"' | sed 's/.*:"//; s/"$//' | sort -u | tr '\n' ' ')
  [ -z "$down" ] || wrong "targets" "Prometheus at $METRICS_QUERY does not reach ${down% }" "its page /targets"
}
if [ -n "$METRICS_QUERY" ]; then try_prometheus
else lacks "the instance has no Prometheus: only metrics-server was asked" "a node of the group 'monitoring', or gates_metrics_query"; fi
