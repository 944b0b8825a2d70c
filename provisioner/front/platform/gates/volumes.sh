# C-8, before storage.sh: volumes that are there already (VOLUMES, "NAME nfs|csi ro|rw SIZE" a line) are mounted in a pod by a volume of the
# gate's own that leads to the same tree, so that the declared one stays free for its claim. Each is read; written to where it is
# declared so, by an ordinary user where the server refuses root; and refuses writes where it is read-only.
volume_label=provisioner/gates-of
# WHAT it does, in the pod: "written", "read", or why not; then folders with owners, "owner UID GID FOLDER".
look_words() {
  cat <<'EOT'
          cd /it || exit 1
          if said=$(ls -A . 2>&1 >/dev/null); then echo read; else echo "unread ${said##*: }"; fi
          file=$FOLDER/.provisioner-gate-$RUN
          if said=$( (: >"$file") 2>&1); then
            rm -f "$file"
            echo written
          else
            echo "stopped ${said##*: }"
            for folder in . */; do
              folder=${folder%/}
              owner=$(stat -c '%u %g %A' "$folder" 2>/dev/null) || continue
              case "$owner" in "0 "*) ;; *" d"?w*) echo "owner ${owner% *} $folder" ;; esac
            done | head -n 1
          fi
EOT
}
looker() {  # POD VOLUME FOLDER [UID GID]
  cat <<EOT
---
apiVersion: v1
kind: Pod
metadata: {name: "$1", namespace: $RUN, labels: {gate: volumes}}
spec:
  terminationGracePeriodSeconds: 0
  restartPolicy: Never
  automountServiceAccountToken: false
EOT
  [ -z "${4:-}" ] || printf '  securityContext: {runAsUser: %s, runAsGroup: %s}\n' "$4" "$5"
  cat <<EOT
  volumes: [{name: it, persistentVolumeClaim: {claimName: "static-$2"}}]
  containers:
    - name: it
      image: "$IMAGE"
      env: [{name: RUN, value: "$RUN"}, {name: FOLDER, value: "$3"}]
      volumeMounts: [{name: it, mountPath: /it}]
      command:
        - sh
        - -c
        - |
EOT
  look_words
}
# The same tree by another volume, bound to a claim of this run; it is retained, so that what is in it outlives both.
twin_of() {  # NAME KIND MODE SIZE: its source, as the cluster has it, is in `source`
  modes=ReadWriteMany
  [ "$3" != ro ] || modes=ReadOnlyMany
  options=$(ask get pv "$1" -o 'jsonpath={.spec.mountOptions}')
  cat <<EOT
---
apiVersion: v1
kind: PersistentVolume
metadata: {name: "$RUN-$1", labels: {$volume_label: "$RUN"}}
spec:
  capacity: {storage: $4}
  accessModes: [$modes]
  storageClassName: ""
  persistentVolumeReclaimPolicy: Retain
  claimRef: {namespace: $RUN, name: "static-$1"}
  mountOptions: ${options:-[]}
  $2: $source
---
apiVersion: v1
kind: PersistentVolumeClaim
metadata: {name: "static-$1", namespace: $RUN}
spec: {storageClassName: "", volumeName: "$RUN-$1", accessModes: [$modes], resources: {requests: {storage: $4}}}
EOT
}
looked() {  # POD UNTIL: its words once it has ended; false where it did not start by then
  while :; do
    case "$(here get pod "$1" -o 'jsonpath={.status.phase}' 2>/dev/null)" in Succeeded | Failed) here logs "$1"; return 0 ;; esac
    [ "$(date +%s)" -lt "$2" ] || return 1
    sleep 1
  done
}
judge_volume() {  # NAME MODE UNTIL
  name=$1
  if ! said=$(looked "static-$name" "$3"); then
    event=$(here get events --field-selector "involvedObject.name=static-$name" -o 'jsonpath={range .items[*]}{.reason} {.message}{"\n"}{end}' | grep -i -e fail -e error | tail -n 1)
    wrong "volume $name" "no pod can have the volume '$name': ${event:-nobody says why}" "its server and path, or its driver: kubectl describe pv $name"
    return
  fi
  stopped=$(printf '%s\n' "$said" | sed -n 's/^stopped //p')
  case "$2 $stopped" in
    "ro ") wrong "volume $name" "the volume '$name' is declared read-only, and a pod could write to it" "read_only of the volume, and the export's options on the server"; return ;;
    "ro "*"Read-only"*) right "a pod has the volume '$name', and cannot write to it" ;;
    "ro "*) wrong "volume $name" "the volume '$name' is declared read-only, and only its modes keep a pod from writing: $stopped" "provisioner cluster up $INSTANCE: mount option ro"; return ;;
    "rw ") right "a pod writes to the volume '$name'" ;;
    "rw Permission denied"*) write_as_owner "$name" "$said"; return ;;
    *) wrong "volume $name" "the volume '$name' is declared rw, and a pod cannot write to it: $stopped" "the export's options on the server"; return ;;
  esac
  case "$said" in
    *"unread Permission denied"*) lacks "the volume '$name' refuses root (root_squash): nothing of it was read" "its modes on the server: others may read it, or a waiver that says who has tried it" ;;
    *"unread "*) wrong "volume $name" "a pod cannot read the volume '$name': $(printf '%s\n' "$said" | sed -n 's/^unread //p')" "the server" ;;
  esac
}
write_as_owner() {  # NAME SAID: root was refused
  # shellcheck disable=SC2046  # words
  set -- "$1" $(printf '%s\n' "$2" | sed -n 's/^owner //p' | head -n 1)
  if [ $# -lt 4 ]; then
    lacks "the volume '$1' refuses root (root_squash), and nobody has a folder on it: nothing was written" "a folder on it of somebody's own"
    return
  fi
  looker "owner-$1" "$1" "$4" "$2" "$3" | ask apply -f - >/dev/null || { lacks "a pod is refused"; return; }
  said=$(looked "owner-$1" $(($(date +%s) + 30))) || { lacks "the pod that was to write to the volume '$1' as UID $2 did not start"; return; }
  case "$said" in
    *written*) right "a pod writes to the volume '$1' as UID $2" ;;
    *) wrong "volume $1" "the volume '$1' is declared rw, and UID $2 cannot write to its own folder $4: $(printf '%s\n' "$said" | sed -n 's/^stopped //p')" "the export's options on the server" ;;
  esac
}
try_volumes() {
  tried=
  while read -r name kind mode size; do
    [ -n "$name" ] || continue
    case "$kind $CANNOT " in
      "nfs "*"nfs_client "* | "csi "*"gpfs "*) lacks "no pod can have the volume '$name' here: this lab's kernel has no such file system" "it is tried on machines, or waived in a lab"; continue ;;
    esac
    source=$(ask get pv "$name" -o "jsonpath={.spec.$kind}" 2>/dev/null)
    if [ -z "$source" ]; then
      wrong "volume $name" "the volume '$name' of the inventory is not there" "provisioner cluster up $INSTANCE"
      continue
    fi
    case "$mode $source" in
      ro*'"readOnly":true'*) right "the volume '$name' is read-only by itself" ;;
      ro*) wrong "volume $name" "the volume '$name' is declared read-only, and the cluster has it for writing" "provisioner cluster up $INSTANCE" ;;
    esac
    { twin_of "$name" "$kind" "$mode" "$size"; looker "static-$name" "$name" .; } >"$PLACE/volume.yml"
    if said=$(ask apply -f "$PLACE/volume.yml" 2>&1 >/dev/null); then tried="$tried $name:$mode"
    else wrong "volume $name" "the API refuses a claim of the volume '$name': $(printf '%s\n' "$said" | tail -n 1)" "kubectl get pv $name -o yaml"; fi
  done <<EOT
$VOLUMES
EOT
  until=$(($(date +%s) + 45))
  for one in $tried; do judge_volume "${one%:*}" "${one##*:}" $until; done
  [ -z "$tried" ] || {
    here delete pods --selector gate=volumes --wait --timeout 30s >/dev/null 2>&1
    # shellcheck disable=SC2046,SC2086  # words
    here delete pvc $(printf 'static-%s ' $(printf '%s\n' $tried | sed 's/:.*//')) --wait --timeout 30s >/dev/null 2>&1
    ask delete pv --selector "$volume_label=$RUN" --wait=false >/dev/null 2>&1
  }
}
