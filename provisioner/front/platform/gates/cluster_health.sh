# C-2: what the API says of itself, and a snapshot of etcd that is taken and restored in a scratch directory. Nodes and
# certificates are judged by what was seen of them.
if health=$(ask get --raw '/readyz?verbose' 2>&1); then
  right "the API says that it is ready"
else
  wrong "the API's own checks" "the API is not ready: $(printf '%s\n' "$health" | sed -n 's/^\[-\]//p' | tr '\n' ' ' | cut -c -300)" "kubectl get --raw '/readyz?verbose'"
fi
pki=/etc/kubernetes/pki/etcd
command -v etcdctl >/dev/null && command -v etcdutl >/dev/null && [ -s $pki/healthcheck-client.key ] ||
  give_up "this control-plane node has no etcdctl, etcdutl and client's key: no snapshot can be tried"
umask 077
scratch=/var/lib/provisioner-gates/$RUN
mkdir -p "$scratch"
trap 'rm -rf "$scratch"' EXIT
size=$(du -sk /var/lib/etcd/member/snap/db 2>/dev/null | cut -f1)
free=$(df --output=avail -k "$scratch" | tail -n 1)
[ "$free" -gt $((${size:-0} * 3 + 131072)) ] || give_up "$scratch has $((free / 1024)) MiB free: a snapshot of etcd and its restored data need $((${size:-0} * 3 / 1024 + 128))"
if ! said=$(timeout 100 etcdctl --endpoints https://127.0.0.1:2379 --cacert $pki/ca.crt --cert $pki/healthcheck-client.crt \
  --key $pki/healthcheck-client.key --command-timeout 90s snapshot save "$scratch/snapshot.db" 2>&1); then
  wrong "a snapshot of etcd" "etcd gives no snapshot: $(printf '%s\n' "$said" | tail -n 1)" "provisioner cluster etcd members $INSTANCE"
  exit 0
fi
field() { sed -n "s/.*\"$2\":\([0-9]*\).*/\1/p" "$1" | head -n 1; }
etcdutl snapshot status -w json "$scratch/snapshot.db" >"$scratch/taken" 2>/dev/null
if ! said=$(timeout 100 etcdutl snapshot restore "$scratch/snapshot.db" --data-dir "$scratch/restored" 2>&1); then
  wrong "the snapshot restored in a scratch directory" "the snapshot of etcd cannot be restored: $(printf '%s\n' "$said" | tail -n 1)" "take one with: provisioner cluster etcd snapshot $INSTANCE"
  exit 0
fi
back_file=$scratch/restored/member/snap/db
etcdutl snapshot status -w json "$back_file" >"$scratch/back" 2>/dev/null
taken=$(field "$scratch/taken" revision) back=$(field "$scratch/back" revision)
# Since 3.6 it tells a digest of all keys and values; before that the revision is what there is to compare.
taken_hash=$(etcdutl hashkv -w json "$scratch/snapshot.db" 2>/dev/null) back_hash=$(etcdutl hashkv -w json "$back_file" 2>/dev/null)
again="take one with: provisioner cluster etcd snapshot $INSTANCE"
if [ -z "$taken" ] || [ "$taken" != "$back" ]; then
  wrong "the snapshot restored in a scratch directory" "etcd's snapshot has revision ${taken:-none}, what was restored of it ${back:-none}" "$again"
elif [ "$taken_hash" != "$back_hash" ]; then
  wrong "the snapshot restored in a scratch directory" "what was restored of etcd's snapshot has other keys and values than the snapshot, at revision $taken" "$again"
else
  right "a snapshot of etcd, restored in a scratch directory"
  note "etcd's snapshot was restored at revision $taken${taken_hash:+, with the same keys and values}"
fi
