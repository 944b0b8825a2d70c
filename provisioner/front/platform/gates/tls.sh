# C-7: the chain that the ingress shows (or the registry, where the ingress is not ours) is verified in pods, in the way of Debian (a folder of certificates by their hashes)
# and of Alpine (one file); how long it lasts. Without images of those (gates_debian_image, gates_alpine_image)
# the node's own Debian stands for both, seen from a pod: its openssl, with either kind of store.
need_probes
case "$OWNER_ingress" in
  absent | platform)
    # The one certificate of the site's that programs meet here.
    [ -n "$REGISTRY" ] || give_up "the ingress is $OWNER_ingress, and no registry is named: there is no certificate of ours to try"
    what="the registry" name=${REGISTRY%:*} port=${REGISTRY##*:}
    [ "$port" != "$REGISTRY" ] || port=443
    address=$(timeout 10 getent ahostsv4 "$name" | awk '{print $1; exit}')
    [ -n "$address" ] || give_up "the registry's name $name is not resolved on this node"
    ;;
  *)
    what="the ingress" port=443
    need_ingress
    [ -n "$DOMAIN" ] || give_up "the inventory has no 'instance_domain': no name can be verified"
    name=gates.$DOMAIN
    ;;
esac
canary() {  # NAME IMAGE
  cat <<EOT
---
apiVersion: v1
kind: Pod
metadata: {name: tls-$1, namespace: $RUN, labels: {gate: tls}}
spec:
  terminationGracePeriodSeconds: 0
  automountServiceAccountToken: false
  containers:
    - name: it
      image: "${2:-$IMAGE}"
      command: [sleep, "600"]
EOT
  [ -n "$2" ] || node_programs
}
{ canary debian "$DEBIAN_IMAGE"; canary alpine "$ALPINE_IMAGE"; } | ask apply -f - >/dev/null || give_up "pods for certificates are refused"
if ! timeout 70 kubectl --namespace "$RUN" wait --for=condition=Ready pod --selector gate=tls --timeout 60s >/dev/null 2>&1; then
  give_up "pods for certificates did not become ready: $(here get pods --selector gate=tls -o 'jsonpath={range .items[*]}{.metadata.name} {.status.containerStatuses[0].state.waiting.reason}{"; "}{end}')"
fi
[ -n "$DEBIAN_IMAGE" ] || note "the node's own Debian, with its own authorities, stood for Debian (gates_debian_image)"
[ -n "$ALPINE_IMAGE" ] || note "the node's own Debian, with its authorities as one file, stood for Alpine (gates_alpine_image)"
for kind in debian alpine; do
  if [ $kind = debian ]; then store="-CApath /etc/ssl/certs -no-CAfile"; else store="-CAfile /etc/ssl/certs/ca-certificates.crt -no-CApath"; fi
  # shellcheck disable=SC2016
  said=$(here exec tls-$kind -- sh -c 'timeout 15 openssl s_client -connect "$1" -servername "$2" -verify_hostname "$2" -verify_return_error '"$store"' </dev/null 2>&1' sh "$address:$port" "$name")
  if printf '%s\n' "$said" | grep -q 'Verify return code: 0 (ok)'; then
    right "the chain of $name, as $kind verifies"
  else
    why=$(printf '%s\n' "$said" | sed -n 's/.*verify error:num=[0-9]*://p' | head -n 1)
    [ -n "$why" ] || why=$(printf '%s\n' "$said" | sed -n 's/.*Verification error: //p' | head -n 1)
    wrong "the chain of $name, as $kind verifies" "what $what shows for $name is not trusted in pods: ${why:-$(printf '%s\n' "$said" | tail -n 1)}" "provisioner cluster up $INSTANCE makes certificates of the site anew"
  fi
done
shown=$(printf '' | timeout 15 openssl s_client -connect "$address:$port" -servername "$name" 2>/dev/null | openssl x509 -noout -enddate -issuer 2>/dev/null)
ends=$(printf '%s\n' "$shown" | sed -n 's/^notAfter=//p')
if [ -n "$ends" ]; then
  left=$((($(date -d "$ends" +%s) - $(date +%s)) / 86400))
  if [ $left -lt 0 ]; then
    wrong "its life" "the certificate that $what shows has expired, $((-left)) days ago" "provisioner cluster up $INSTANCE"
  elif [ $left -lt 30 ]; then
    wrong "its life" "the certificate that $what shows ends in $left days" "provisioner cluster up $INSTANCE makes another"
  else
    right "it lasts for $left days"
  fi
else
  wrong "its life" "$what at $address shows no certificate" "provisioner cluster up $INSTANCE"
fi
