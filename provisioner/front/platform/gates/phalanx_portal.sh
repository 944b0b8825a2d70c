# P-10: the Portal's work area is written by user 91 on one node and read on another. Whether a node has the memory for it is judged
# by what capacity.sh tells.
[ -n "$HAS_PORTAL" ] || { right "no portal is among the applications"; exit 0; }
[ -n "$PORTAL_VOLUME$PORTAL_CLASS" ] || give_up "the inventory does not say where the Portal's work area is" "phalanx_portal: {memory: 32Gi, workarea: {nfs: {server, path}}}, or {host_path: PATH}, or {class: NAME}"
# shellcheck disable=SC2046  # words
set -- $(takers)
[ $# -ge 2 ] || give_up "of all nodes $# take pods: a work area is to be shared by two"
volume=${PORTAL_VOLUME:-'"persistentVolumeClaim": {"claimName": "portal"}'}
if [ -n "$PORTAL_CLASS" ]; then
  printf 'apiVersion: v1\nkind: PersistentVolumeClaim\nmetadata: {name: portal, namespace: %s}\nspec: {storageClassName: %s, accessModes: [ReadWriteMany], resources: {requests: {storage: 1Gi}}}\n' "$RUN" "$PORTAL_CLASS" |
    ask apply -f - >/dev/null || give_up "a claim of the class '$PORTAL_CLASS' is refused"
fi
file=/it/.provisioner-gate-$RUN
as_91() {  # NAME NODE WORDS
  cat <<EOT | ask apply -f - >/dev/null || give_up "a pod is refused"
apiVersion: v1
kind: Pod
metadata: {name: "portal-$1", namespace: $RUN}
spec:
  nodeName: "$2"
  terminationGracePeriodSeconds: 0
  restartPolicy: Never
  automountServiceAccountToken: false
  securityContext: {runAsUser: 91, runAsGroup: 91}
  volumes: [{"name": "it", $volume}]
  containers: [{name: it, image: "$IMAGE", command: [sh, -c, "$3"], volumeMounts: [{name: it, mountPath: /it}]}]
EOT
  waited=0
  while [ $waited -lt 50 ]; do
    case "$(here get pod "portal-$1" -o 'jsonpath={.status.phase}')" in Succeeded) return 0 ;; Failed) return 1 ;; esac
    waited=$((waited + 1))
    sleep 1
  done
  return 1
}
why_not() { here logs "portal-$1" 2>/dev/null | tail -n 1 | grep . || here get events --field-selector "involvedObject.name=portal-$1" -o 'jsonpath={range .items[*]}{.message}{"\n"}{end}' | tail -n 1; }
if ! as_91 writes "$1" "echo $RUN >$file"; then
  wrong "work area" "user 91 cannot write to the Portal's work area on $1: $(why_not writes)" "its owner or mode on the server: chown 91:91"
  exit 0
fi
right "user 91 writes to the Portal's work area" "$1"
if as_91 reads "$2" "[ \$(cat $file) = $RUN ] && rm $file"; then
  right "and reads it on another node" "$2"
else
  wrong "work area" "what user 91 wrote to the Portal's work area on $1 is not there on $2: $(why_not reads)" "a tree that nodes share: NFS, GPFS, or a class with ReadWriteMany" "$2"
  as_91 clears "$1" "rm -f $file"
fi
