# C-8, before storage.sh: a snapshot of the claim `volume` is taken, and a claim that is made of it has what was written.
try_snapshot() {  # STORAGE-CLASS DRIVER TEXT
  snapshots=volumesnapshots.snapshot.storage.k8s.io
  kind=$(ask get volumesnapshotclasses.snapshot.storage.k8s.io -o 'jsonpath={range .items[*]}{.metadata.name} {.driver}{"\n"}{end}' 2>/dev/null | awk -v driver="$2" '$2 == driver {print $1; exit}')
  if [ -z "$kind" ]; then
    case "$(printf '%s' "$CLASSES" | awk -v name="$1" '$1 == name {print $2}')" in
      # These drivers take snapshots where somebody has brought what makes them.
      nfs_csi | gpfs_csi) lacks "no VolumeSnapshotClass is of the driver $2, so no snapshot of a volume of '$1' was taken" "the snapshot controller and a VolumeSnapshotClass; or a waiver that says that nobody relies on snapshots" ;;
      *) note "volumes of '$1' have no snapshots: no VolumeSnapshotClass is of the driver $2" ;;
    esac
    return
  fi
  printf 'apiVersion: snapshot.storage.k8s.io/v1\nkind: VolumeSnapshot\nmetadata: {name: taken, namespace: %s}\nspec: {volumeSnapshotClassName: %s, source: {persistentVolumeClaimName: volume}}\n' "$RUN" "$kind" |
    ask apply -f - >/dev/null || { wrong "a snapshot" "the API takes no snapshot of the class '$kind'" "kubectl describe volumesnapshotclass $kind"; return; }
  waited=0
  until [ "$(here get $snapshots taken -o 'jsonpath={.status.readyToUse}')" = true ]; do
    waited=$((waited + 1))
    if [ $waited -ge 45 ]; then
      wrong "a snapshot" "a snapshot of a volume of '$1' was not ready within 45 s: $(here get $snapshots taken -o 'jsonpath={.status.error.message}' | grep . || echo "nobody says why")" "the snapshot controller, and the driver $2"
      return
    fi
    sleep 1
  done
  # What its class would retain goes with this run all the same.
  content=$(here get $snapshots taken -o 'jsonpath={.status.boundVolumeSnapshotContentName}')
  [ -z "$content" ] || ask patch volumesnapshotcontents.snapshot.storage.k8s.io "$content" --type merge -p '{"spec": {"deletionPolicy": "Delete"}}' >/dev/null
  right "a snapshot of it is taken"
  {
    printf 'apiVersion: v1\nkind: PersistentVolumeClaim\nmetadata: {name: again, namespace: %s}\nspec: {storageClassName: %s, accessModes: [ReadWriteOnce], resources: {requests: {storage: %s}}, dataSource: {apiGroup: snapshot.storage.k8s.io, kind: VolumeSnapshot, name: taken}}\n' "$RUN" "$1" "$size"
    holder restores "cat /it/file" again
  } | ask apply -f - >/dev/null
  if ends restores && [ "$(here logs restores 2>/dev/null)" = "$3" ]; then
    right "and a claim that is made of it has what was written"
  else
    wrong "a claim of a snapshot" "a claim that is made of a snapshot of '$1' does not have what was written: $(here logs restores 2>&1 | tail -n 1)" "the driver $2"
  fi
  here delete pod restores --wait --timeout 30s >/dev/null 2>&1
  here delete pvc again --wait --timeout 30s >/dev/null 2>&1
  here delete $snapshots taken --wait --timeout 30s >/dev/null 2>&1
}
