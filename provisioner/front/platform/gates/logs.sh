# C-11: a line that a pod writes is found where logs go, with the pod's name and namespace; one that a node writes to its own log is
# not, unless the inventory asks for that (NODE_LOGS).
case "$OWNER_logs" in
  absent | platform)
    if ask get namespace site-logs >/dev/null 2>&1; then
      wrong "absence" "the log reader of ours is there (namespace site-logs), and the profile says that logs are $OWNER_logs" "kubectl delete namespace site-logs"
    else
      right "no log reader of ours, as the profile has it"
    fi
    exit 0
    ;;
  provisioner)
    readers=$(ask --namespace site-logs get daemonset -o 'jsonpath={range .items[*]}{.status.numberReady} of {.status.desiredNumberScheduled}{end}' 2>/dev/null)
    case "$readers" in
      "") wrong "log readers" "there is no log reader, and logs are ours" "provisioner cluster up $INSTANCE"; exit 0 ;;
      *) if [ "${readers% of *}" = "${readers#* of }" ]; then right "$readers log readers are ready"; else wrong "log readers" "$readers log readers are ready" "kubectl -n site-logs get pods"; fi ;;
    esac
    config=$(ask --namespace site-logs get secret collector -o 'jsonpath={.data.collector\.yml}' 2>/dev/null | base64 -d 2>/dev/null)
    others=$(printf '%s\n' "$config" | sed -n 's/^ *include: *\[\(.*\)\]$/\1/p' | tr ',' '\n' | tr -d "\" '" | grep -v -e '^/var/log/pods/' -e '^$' | awk '!seen[$0]++' | tr '\n' ' ')
    if [ -z "$config" ]; then lacks "the log readers' configuration is not there (site-logs/collector): which files they read is not known" "provisioner cluster up $INSTANCE"
    elif [ -n "$NODE_LOGS" ]; then note "files of nodes are read, as the inventory asks: $NODE_LOGS"
    elif [ -z "$others" ]; then right "log readers read logs of pods alone"
    else wrong "files of nodes" "log readers read files of the nodes themselves, and the inventory asks for none: ${others% }" "logs_node_files, or provisioner cluster up $INSTANCE"; fi
    ;;
esac
[ -n "$LOGS_QUERY" ] || give_up "the inventory does not say where logs are looked up: no line was looked for" "gates_logs_query: a URL that is asked with CANARY in it replaced by a line's text"
canary=canary-$RUN-$(date +%s)
own=node-$RUN-$(date +%s)
logger --tag provisioner-gates "$own" 2>/dev/null || own=
await_account
ask apply -f - >/dev/null <<EOT || give_up "a pod is refused"
apiVersion: v1
kind: Pod
metadata: {name: writes-a-line, namespace: $RUN}
spec:
  terminationGracePeriodSeconds: 0
  restartPolicy: Never
  automountServiceAccountToken: false
  containers: [{name: it, image: "$IMAGE", command: [sh, -c, "echo $canary; sleep 90"]}]
EOT
# The node wrote first: what has not come beside the pod's line, and a moment later, does not come.
look_for_own() {
  [ -n "$own" ] || { note "this node has no program 'logger': whether its own log is sent on was not tried"; return; }
  [ -z "$NODE_LOGS" ] || return
  sleep 5
  case "$(found_at "$LOGS_QUERY" "$own")" in
    *provisioner-gates*"$own"* | *"$own"*provisioner-gates*) wrong "a line of a node" "a line that a node wrote to its own log came where logs go, and the inventory does not ask for that" "whose reader sends it? logs_node_files: [...], where it is to be so" ;;
    *"curl: ("*) lacks "where logs go nobody answers any more: whether nodes' own logs come there was not seen" "gates_logs_query" ;;
    *) right "a line of a node's own log is not found there" ;;
  esac
}
waited=0
while [ $waited -lt 60 ]; do
  found=$(found_at "$LOGS_QUERY" "$canary")
  case "$found" in
    *"$canary"*)
      case "$found" in
        *writes-a-line*"$RUN"* | *"$RUN"*writes-a-line*)
          right "a pod's line is found after $waited s, with its pod and namespace"
          look_for_own
          exit 0
          ;;
      esac
      ;;
  esac
  waited=$((waited + 1))
  sleep 1
done
phase=$(here get pod writes-a-line -o 'jsonpath={.status.phase} {.status.containerStatuses[0].state.waiting.reason}' 2>/dev/null)
case "$phase" in Running* | Succeeded*) ;; *) give_up "the pod that was to write a line did not start: ${phase:-nobody says why}" "gates_image" ;; esac
case "$found" in
  *"$canary"*) wrong "a pod's line" "a pod's line is found, and not of which pod and namespace it is" "the log reader's attributes k8s.pod.name and k8s.namespace.name" ;;
  *) wrong "a pod's line" "a line that a pod wrote was not found within 60 s at $LOGS_QUERY: $(printf '%s' "$found" | tail -n 1 | cut -c -200)" "kubectl -n site-logs logs daemonset; logs_outputs" ;;
esac
