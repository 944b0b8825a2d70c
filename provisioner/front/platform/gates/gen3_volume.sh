# G-2: a claim of 10 GiB that names no class, as Gen3's workspaces and databases make it, is bound where a pod asks for it.
await_account
ask apply -f - >/dev/null <<EOT || give_up "a claim is refused"
apiVersion: v1
kind: PersistentVolumeClaim
metadata: {name: gen3, namespace: $RUN}
spec: {accessModes: [ReadWriteOnce], resources: {requests: {storage: 10Gi}}}
---
apiVersion: v1
kind: Pod
metadata: {name: gen3, namespace: $RUN}
spec:
  terminationGracePeriodSeconds: 0
  restartPolicy: Never
  automountServiceAccountToken: false
  volumes: [{name: it, persistentVolumeClaim: {claimName: gen3}}]
  containers: [{name: it, image: "$IMAGE", command: [touch, /it/file], volumeMounts: [{name: it, mountPath: /it}]}]
EOT
waited=0
while [ $waited -lt 60 ]; do
  [ "$(here get pod gen3 -o 'jsonpath={.status.phase}')" != Succeeded ] || { right "a claim of 10 GiB is bound and written"; exit 0; }
  waited=$((waited + 1))
  sleep 1
done
defaults=$(ask get storageclasses -o 'jsonpath={range .items[*]}{.metadata.name} {.metadata.annotations.storageclass\.kubernetes\.io/is-default-class}{"\n"}{end}' | awk '$2 == "true" {print $1}')
if [ -z "$defaults" ]; then why="no storage class is the default, and Gen3's charts name none"; else why="the default class '$defaults' does not bind a claim of 10 GiB: $(here get events -o 'jsonpath={range .items[*]}{.involvedObject.name} {.message}{"\n"}{end}' | grep '^gen3 ' | tail -n 1)"; fi
wrong "10Gi ReadWriteOnce" "$why" "storage_classes of the inventory: one with default: true"
