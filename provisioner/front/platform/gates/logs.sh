# C-11: a line that a pod writes is found where logs go, with the pod's name and namespace.
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
    ;;
esac
[ -n "$LOGS_QUERY" ] || give_up "the inventory does not say where logs are looked up: no line was looked for" "gates_logs_query: a URL that is asked with CANARY in it replaced by a line's text"
canary=canary-$RUN-$(date +%s)
waited=0
until ask --namespace "$RUN" get serviceaccount default >/dev/null 2>&1 || [ $waited -ge 20 ]; do waited=$((waited + 1)); sleep 0.5; done
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
url=$(printf '%s' "$LOGS_QUERY" | sed "s/CANARY/$canary/")
waited=0
while [ $waited -lt 60 ]; do
  found=$(timeout 10 curl -sS --max-time 8 --cacert "$CA_FILE" "$url" 2>&1)
  case "$found" in *"$canary"*) case "$found" in *writes-a-line*"$RUN"* | *"$RUN"*writes-a-line*) right "a pod's line is found after $waited s, with its pod and namespace"; exit 0 ;; esac ;; esac
  waited=$((waited + 1))
  sleep 1
done
phase=$(here get pod writes-a-line -o 'jsonpath={.status.phase} {.status.containerStatuses[0].state.waiting.reason}' 2>/dev/null)
case "$phase" in Running* | Succeeded*) ;; *) give_up "the pod that was to write a line did not start: ${phase:-nobody says why}" "gates_image" ;; esac
case "$found" in
  *"$canary"*) wrong "a pod's line" "a pod's line is found, and not of which pod and namespace it is" "the log reader's attributes k8s.pod.name and k8s.namespace.name" ;;
  *) wrong "a pod's line" "a line that a pod wrote was not found within 60 s at $LOGS_QUERY: $(printf '%s' "$found" | tail -n 1 | cut -c -200)" "kubectl -n site-logs logs daemonset; logs_outputs" ;;
esac
