# C-16: secrets lie sealed in etcd, as it really has them; a credential for emergencies; where a platform's secrets come from. The
# controller looks through the bundle, and each node for copies of the administrator's file.
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
# What is kept for when nobody can log in any more: sealed, of this cluster, and not about to end (BREAK_GLASS, from the controller).
case "$BREAK_GLASS" in
  "") lacks "no credential for when all else fails is named: whether one is kept, sealed, is not known" "break_glass_file; docs/manual-handoff.md, Gates" ;;
  "certificate "*)
    printf '%s' "${BREAK_GLASS#certificate }" | base64 -d >"$PLACE/break-glass.crt" 2>/dev/null
    if ! openssl verify -CAfile /etc/kubernetes/pki/ca.crt "$PLACE/break-glass.crt" >/dev/null 2>&1; then
      wrong "break-glass credential" "the sealed credential for emergencies is none of this cluster, or has ended" "seal a new one: docs/manual-handoff.md, Gates"
    elif ! openssl x509 -in "$PLACE/break-glass.crt" -noout -checkend 2592000 >/dev/null 2>&1; then
      wrong "break-glass credential" "the sealed credential for emergencies ends within 30 days: $(openssl x509 -in "$PLACE/break-glass.crt" -noout -enddate | sed 's/notAfter=//')" "seal a new one: docs/manual-handoff.md, Gates"
    else
      right "the credential for emergencies is sealed, and the cluster's own"
    fi
    ;;
  *) wrong "break-glass credential" "$BREAK_GLASS" "ansible-vault encrypt FILE; docs/manual-handoff.md, Gates" ;;
esac
# Where the platform's secrets come from.
stores=$(ask get clustersecretstores.external-secrets.io -o 'jsonpath={range .items[*]}{.metadata.name} {.status.conditions[?(@.type=="Ready")].status} {.status.conditions[?(@.type=="Ready")].message}{"\n"}{end}' 2>/dev/null)
case "$OWNER_external_secrets" in
  absent | platform) ;;
  *)
    [ -n "$stores" ] || wrong "secret stores" "External Secrets is $OWNER_external_secrets, and there is no ClusterSecretStore: no secret can come" "kubectl get clustersecretstores"
    printf '%s\n' "$stores" | while read -r store ready message; do
      [ -n "$store" ] || continue
      if [ "$ready" = True ]; then right "the secret store '$store' answers"; else wrong "secret store $store" "External Secrets does not come to the secret store '$store': ${message:-nobody says why}" "kubectl describe clustersecretstore $store"; fi
    done
    ;;
esac
if [ -z "$SECRET_BACKEND" ]; then
  # Phalanx takes secrets from Vault alone; elsewhere they may be made beforehand.
  case "$PLATFORM" in
    phalanx) lacks "no server of secrets is named, and Phalanx takes its secrets from one" "phalanx.vault_url, or gates_secret_backend" ;;
    *) note "no server of secrets is named (gates_secret_backend)" ;;
  esac
  exit 0
fi
need_tools
# Vault's own words for its health; of another server any answer will do.
said=$(fetched GET "${SECRET_BACKEND%/}/v1/sys/health?standbyok=true&perfstandbyok=true")
case "$(status_of "$said")" in
  503) wrong "secret backend" "the server of secrets at $SECRET_BACKEND is sealed: it gives nobody anything" "vault operator unseal, by its keepers" ;;
  501) wrong "secret backend" "the server of secrets at $SECRET_BACKEND was never initialized" "vault operator init, by its keepers" ;;
  [1-4][0-9][0-9]) right "the server of secrets answers a pod" ;;
  *) wrong "secret backend" "a pod does not come to the server of secrets at $SECRET_BACKEND: $(answer_of "$said")" "the way there from pods; an authority that nodes trust" ;;
esac
