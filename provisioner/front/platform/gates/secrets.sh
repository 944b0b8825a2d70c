# C-16: secrets lie sealed in etcd, as it really has them; what the bundle holds is tried as it is made.
pki=/etc/kubernetes/pki/etcd
command -v etcdctl >/dev/null && [ -s $pki/healthcheck-client.key ] || give_up "this control-plane node has no etcdctl and client's key: what etcd has of a secret cannot be read"
canary=canary-$(date +%s%N)
here create secret generic canary --from-literal "value=$canary" >/dev/null 2>&1 || give_up "a secret is refused"
etcdctl --endpoints https://127.0.0.1:2379 --cacert $pki/ca.crt --cert $pki/healthcheck-client.crt --key $pki/healthcheck-client.key \
  --command-timeout 20s get "/registry/secrets/$RUN/canary" --print-value-only >"$PLACE/sealed" 2>/dev/null
if [ ! -s "$PLACE/sealed" ]; then
  lacks "etcd does not give what it has of a secret"
elif grep -qa "$canary" "$PLACE/sealed" || grep -qa "$(printf '%s' "$canary" | base64)" "$PLACE/sealed"; then
  wrong "sealed at rest" "secrets lie open in etcd: who reads its disk or a snapshot has them" "cluster_encryption_key; provisioner cluster up $INSTANCE"
elif head -c 8 "$PLACE/sealed" | grep -qa '^k8s:enc:'; then
  right "a secret lies sealed in etcd"
else
  wrong "sealed at rest" "etcd has a secret in a form that is not sealed by the API" "kube-apiserver --encryption-provider-config"
fi
rm -f "$PLACE/sealed"
for file in /etc/kubernetes/admin.conf /etc/kubernetes/super-admin.conf; do
  [ -e $file ] || continue
  mode=$(stat -c %a $file)
  if [ "$mode" = 600 ]; then right "$file is root's alone"; else wrong "$file" "$file may be read by others (mode $mode)" "chmod 600 $file" "$HOST"; fi
done
