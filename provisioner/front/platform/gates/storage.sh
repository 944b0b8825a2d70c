# C-8: classes are those that are declared, one is the default; a claim that names none is bound, written, read on by another pod
# and gone with its volume; one of each other class that makes volumes is bound and written, too; one that nothing can serve stays
# unbound until a pod comes (WaitForFirstConsumer). CLASSES: "NAME KIND yes|no RECLAIM" a line.
try_volumes
classes=$(ask get storageclasses -o 'jsonpath={range .items[*]}{.metadata.name} {.metadata.annotations.storageclass\.kubernetes\.io/is-default-class} {.volumeBindingMode} {.reclaimPolicy} {.allowVolumeExpansion} {.provisioner}{"\n"}{end}') ||
  give_up "the API does not tell its storage classes"
names=$(printf '%s\n' "$classes" | awk 'NF {print $1}')
defaults=$(printf '%s\n' "$classes" | awk '$2 == "true" {print $1}')
case "$OWNER_storage_classes" in
  absent | platform)
    if [ -z "$names" ]; then right "no storage class, as the profile has it"
    else wrong "absence" "there are storage classes ($(echo $names)), and the profile says that they are $OWNER_storage_classes" "provisioner profile explain $INSTANCE"; fi
    exit 0
    ;;
esac
count=$(printf '%s\n' "$defaults" | grep -c .)
if [ "$count" -gt 1 ]; then
  wrong "one default" "$count storage classes are the default: $(echo $defaults): which one serves a claim is chance" "take the annotation storageclass.kubernetes.io/is-default-class from all but one"
elif [ "$count" = 0 ]; then
  wrong "one default" "no storage class is the default: a claim that names none waits for ever" "provisioner cluster up $INSTANCE"
else
  right "one default class, $defaults"
fi
printf '%s' "$CLASSES" | while read -r name kind is_default reclaim; do
  line=$(printf '%s\n' "$classes" | awk -v name="$name" '$1 == name')
  if [ -z "$line" ]; then
    wrong "class $name" "the storage class '$name' of the inventory is not there" "provisioner cluster up $INSTANCE"
    continue
  fi
  right "class $name"
  if [ "$is_default" = yes ] && ! printf '%s\n' "$defaults" | grep -qx "$name"; then
    wrong "class $name" "the inventory has '$name' as the default class, and it is not" "provisioner cluster up $INSTANCE"
  fi
  case "$kind" in
    local | local_path)
      case "$line" in
        *WaitForFirstConsumer*) right "volumes of $name wait for their pod" ;;
        *) wrong "class $name" "the class '$name' of local disks does not wait for the first consumer: pods land where their volume is not" "provisioner cluster up $INSTANCE" ;;
      esac
      ;;
  esac
  is=$(ask get storageclass "$name" -o 'jsonpath={.reclaimPolicy}')
  if [ "$is" = "$reclaim" ]; then right "$name has the declared reclaimPolicy"
  else wrong "class $name" "the class '$name' has the reclaimPolicy ${is:-of nobody}, and $reclaim is declared" "kubectl delete storageclass $name, then provisioner cluster up $INSTANCE: a class cannot be changed"; fi
done
for name in $names; do
  printf '%s' "$CLASSES" | awk '{print $1}' | grep -qx "$name" || [ "$OWNER_storage_classes" != provisioner ] ||
    wrong "class $name" "there is a storage class '$name' that the inventory does not have" "kubectl delete storageclass $name, or storage_classes of the inventory"
done
[ "$count" = 1 ] || exit 0
need_probes
size=100Mi
holder() {  # NAME WORDS [CLAIM] [NODE]: not on that one
  cat <<EOT
---
apiVersion: v1
kind: Pod
metadata: {name: "$1", namespace: $RUN, labels: {gate: storage}}
spec:
  terminationGracePeriodSeconds: 0
  restartPolicy: Never
  automountServiceAccountToken: false
  volumes: [{name: it, persistentVolumeClaim: {claimName: ${3:-volume}}}]
  containers: [{name: it, image: "$IMAGE", command: [sh, -c, "$2"], volumeMounts: [{name: it, mountPath: /it}]}]
EOT
  [ -z "${4:-}" ] || printf '  affinity: {nodeAffinity: {requiredDuringSchedulingIgnoredDuringExecution: {nodeSelectorTerms: [{matchFields: [{key: metadata.name, operator: NotIn, values: ["%s"]}]}]}}}\n' "$4"
}
phase() { here get pod "$1" -o 'jsonpath={.status.phase}' 2>/dev/null; }
ends() {  # POD: waits for its end
  waited=0
  while [ $waited -lt 60 ]; do
    case "$(phase "$1")" in Succeeded) return 0 ;; Failed) return 1 ;; esac
    waited=$((waited + 1))
    sleep 1
  done
  return 1
}
why_not() {
  event=$(here get events -o 'jsonpath={range .items[*]}{.involvedObject.name} {.reason} {.message}{"\n"}{end}' | grep -e '^volume ' -e "^$1 " | grep -i -e fail -e error -e unbound -e wait | tail -n 1)
  program=$(ask --namespace local-path-storage get deployment -o 'jsonpath={range .items[*]}{.metadata.name} has {.status.readyReplicas} of {.spec.replicas} ready{end}' 2>/dev/null | sed 's/ has  of / has 0 of /')
  printf '%s' "${event:-nobody says why}${program:+; $program}"
}
# What nothing makes has no volume for a claim of ours: a static one would not be free again.
made=$(printf '%s' "$CLASSES" | awk -v name="$defaults" '$1 != name && ($2 == "local_path" || $2 == "nfs_csi" || $2 == "gpfs_csi") {print $1}')
for name in $made; do
  printf -- '---\napiVersion: v1\nkind: PersistentVolumeClaim\nmetadata: {name: "other-%s", namespace: %s}\nspec: {storageClassName: %s, accessModes: [ReadWriteOnce], resources: {requests: {storage: %s}}}\n' \
    "$name" "$RUN" "$name" $size
  holder "other-$name" "echo $name >/it/file && sync && cat /it/file" "other-$name"
done >"$PLACE/others.yml"
[ -z "$made" ] || ask apply -f "$PLACE/others.yml" >/dev/null || lacks "claims of the classes $(echo $made) are refused"
# What a class would retain goes with this run all the same.
keeps() {  # CLAIM CLASS
  its=$(here get pvc "$1" -o 'jsonpath={.spec.volumeName}')
  kept=$(ask get pv "$its" -o 'jsonpath={.spec.persistentVolumeReclaimPolicy}')
  should=$(printf '%s' "$CLASSES" | awk -v name="$2" '$1 == name {print $4}')
  [ "$kept" = Delete ] || ask patch pv "$its" --type merge -p '{"spec": {"persistentVolumeReclaimPolicy": "Delete"}}' >/dev/null
  if [ -z "$should" ] || [ "$kept" = "$should" ]; then right "volumes of $2 are to be kept or removed as declared"
  else wrong "volumes of $2" "a volume of the class '$2' has the reclaimPolicy $kept, and $should is declared" "kubectl get pv $its -o yaml"; fi
}
text=$(date +%s%N)
{
  printf 'apiVersion: v1\nkind: PersistentVolumeClaim\nmetadata: {name: volume, namespace: %s}\nspec: {accessModes: [ReadWriteOnce], resources: {requests: {storage: %s}}}\n' "$RUN" $size
  holder writes "echo $text >/it/file && sync && cat /it/file"
} | ask apply -f - >/dev/null || give_up "a claim is refused"
if ! ends writes; then
  wrong "a claim of the default class" "no pod could write to a volume of the default class '$defaults': $(why_not writes)" "kubectl -n $RUN describe pvc; provisioner cluster up $INSTANCE"
  exit 0
fi
right "a claim of the default class is bound and written"
keeps volume "$defaults"
volume=$(here get pvc volume -o 'jsonpath={.spec.volumeName}')
policy=$(printf '%s\n' "$classes" | awk -v name="$defaults" '$1 == name {print $4}')
first=$(here get pod writes -o 'jsonpath={.spec.nodeName}')
here delete pod writes --wait --timeout 30s >/dev/null 2>&1
# Where the volume is not tied to a node, its next pod goes to another one.
others=$(takers | grep -vxF "$first")
elsewhere=
if [ -n "$(ask get pv "$volume" -o 'jsonpath={.spec.nodeAffinity.required}')" ]; then note "volumes of '$defaults' stay on their node, and so do pods with them"
elif [ -z "$others" ]; then lacks "one node takes pods: whether a pod with a volume of '$defaults' may go to another was not tried"
else elsewhere=$first; fi
holder reads "cat /it/file" volume "$elsewhere" | ask apply -f - >/dev/null
if ends reads && [ "$(here logs reads 2>/dev/null)" = "$text" ]; then
  right "another pod reads it${elsewhere:+, on another node}"
else
  wrong "another pod reads it" "what one pod has written to a volume of '$defaults' another${elsewhere:+ on another node than $first} does not read: $(why_not reads)" "look at the class' program"
fi
driver=$(printf '%s\n' "$classes" | awk -v name="$defaults" '$1 == name {print $NF}')
try_snapshot "$defaults" "$driver" "$text"
case "$(printf '%s\n' "$classes" | awk -v name="$defaults" '$1 == name {print $5}')" in
  true)
    here patch pvc volume --type merge -p '{"spec": {"resources": {"requests": {"storage": "200Mi"}}}}' >/dev/null 2>&1
    waited=0
    until [ "$(ask get pv "$volume" -o 'jsonpath={.spec.capacity.storage}')" = 200Mi ] || [ $waited -ge 30 ]; do waited=$((waited + 1)); sleep 1; done
    if [ $waited -lt 30 ]; then right "it is made larger"; else wrong "made larger" "the class '$defaults' says that volumes can grow, and one did not" "look at the class' program"; fi
    ;;
  *) note "volumes of '$defaults' do not grow: the class says so" ;;
esac
here delete pod reads --wait --timeout 30s >/dev/null 2>&1
here delete pvc volume --wait --timeout 30s >/dev/null 2>&1
if [ "$policy" = Delete ]; then
  waited=0
  while ask get pv "$volume" >/dev/null 2>&1 && [ $waited -lt 60 ]; do waited=$((waited + 1)); sleep 1; done
  if [ $waited -lt 60 ]; then right "the volume goes with its claim"; else wrong "the volume goes with its claim" "the volume $volume stays, though its class deletes volumes" "kubectl describe pv $volume"; fi
fi
for name in $made; do
  if ends "other-$name"; then
    right "a claim of the class '$name' is bound and written"
    keeps "other-$name" "$name"
  else
    wrong "a claim of the class $name" "no pod could write to a volume of the class '$name': $(why_not "other-$name")" "kubectl -n $RUN describe pvc other-$name"
  fi
done
[ -z "$made" ] || here delete -f "$PLACE/others.yml" --wait --timeout 30s >/dev/null 2>&1
shared=$(printf '%s' "$CLASSES" | awk '$2 == "nfs_csi" || $2 == "gpfs_csi" {print $1}')
[ -n "$shared" ] || note "no class gives one volume to several nodes, so none was tried"
for name in $shared; do
  # shellcheck disable=SC2086
  set -- $nodes
  [ $# -ge 2 ] || { lacks "a volume of '$name' is to be shared by two nodes, and one takes pods"; continue; }
  at=0
  for node in $1 $2; do
    at=$((at + 1))
    [ $at = 1 ] || printf -- '---\n'
    cat <<EOT
apiVersion: v1
kind: Pod
metadata: {name: "shared-$name-$at", namespace: $RUN}
spec:
  nodeName: "$node"
  terminationGracePeriodSeconds: 0
  restartPolicy: Never
  volumes: [{name: it, persistentVolumeClaim: {claimName: "shared-$name"}}]
  containers: [{name: it, image: "$IMAGE", command: [sh, -c, "touch /it/$at; for i in \$(seq 1 60); do [ -e /it/1 ] && [ -e /it/2 ] && exit 0; sleep 1; done; exit 1"], volumeMounts: [{name: it, mountPath: /it}]}]
EOT
  done >"$PLACE/shared.yml"
  printf -- '---\napiVersion: v1\nkind: PersistentVolumeClaim\nmetadata: {name: shared-%s, namespace: %s}\nspec: {storageClassName: %s, accessModes: [ReadWriteMany], resources: {requests: {storage: %s}}}\n' \
    "$name" "$RUN" "$name" $size >>"$PLACE/shared.yml"
  ask apply -f "$PLACE/shared.yml" >/dev/null
  if ends "shared-$name-1" && ends "shared-$name-2"; then
    right "a volume of '$name' is written on $1 and $2, and each sees the other's file"
  else
    wrong "RWX of $name" "pods on $1 and $2 do not share a volume of '$name': $(why_not "shared-$name-1")" "look at the class' driver and its server"
  fi
done
