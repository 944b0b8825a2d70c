# C-7, after the chain: each issuer of cert-manager issues and renews a scratch certificate; or that there is none.
case "$OWNER_cert_manager" in
  absent | platform)
    note "certificates come from the site's own authority, and 'cluster up' renews them: cert-manager is $OWNER_cert_manager by the profile"
    exit 0
    ;;
esac
issuers=$(ask get clusterissuers.cert-manager.io -o 'jsonpath={range .items[*]}{.metadata.name} {.status.conditions[?(@.type=="Ready")].status} {.spec.acme.server}{"\n"}{end}' 2>/dev/null)
if [ -z "$issuers" ]; then
  wrong "issuer" "there is no ClusterIssuer, and the profile says that cert-manager is $OWNER_cert_manager" "kubectl get clusterissuers"
  exit 0
fi
serial_of() { here get secret "issued-$1" -o 'jsonpath={.data.tls\.crt}' 2>/dev/null | base64 -d 2>/dev/null | openssl x509 -noout -serial 2>/dev/null; }
condition_of() { here get certificate.cert-manager.io "issued-$1" -o "jsonpath={.status.conditions[?(@.type==\"$2\")].$3}" 2>/dev/null; }
# Until it is Ready by another serial number than OLD.
has_another() {  # ISSUER OLD
  waited=0
  until [ "$(condition_of "$1" Ready status)" = True ] && now=$(serial_of "$1") && [ -n "$now" ] && [ "$now" != "$2" ]; do
    waited=$((waited + 1))
    [ $waited -lt 45 ] || return 1
    sleep 1
  done
}
why_not() {  # ISSUER
  said=$(here get certificaterequests.cert-manager.io -o "jsonpath={range .items[*]}{.spec.issuerRef.name} {.status.conditions[?(@.type==\"Ready\")].message}{\"\n\"}{end}" 2>/dev/null | sed -n "s/^$1 //p" | tail -n 1)
  printf '%s' "${said:-$(condition_of "$1" Ready message)}"
}
try_issuer() {  # ISSUER READY ACME-SERVER
  [ "$2" = True ] || { wrong "issuer $1" "the ClusterIssuer '$1' is not ready" "kubectl describe clusterissuer $1"; return; }
  # A public authority counts how often it is asked for the same names, so there is another one for each run.
  if [ -n "$3" ]; then host=gates-${RUN#gates-}.${DOMAIN:-gates.invalid}; else host=gates.${DOMAIN:-gates.invalid}; fi
  printf 'apiVersion: cert-manager.io/v1\nkind: Certificate\nmetadata: {name: "issued-%s", namespace: "%s"}\nspec: {secretName: "issued-%s", dnsNames: ["%s"], issuerRef: {name: "%s", kind: ClusterIssuer, group: cert-manager.io}}\n' "$1" "$RUN" "$1" "$host" "$1" |
    ask apply -f - >/dev/null 2>&1 || { wrong "issuer $1" "the API takes no Certificate of the ClusterIssuer '$1'" "cert-manager's webhook: kubectl -n cert-manager get pods"; return; }
  if ! has_another "$1" ""; then
    said=$(why_not "$1")
    wrong "issuer $1" "the ClusterIssuer '$1' gave no certificate for $host within 45 s: ${said:-nobody says why}" "kubectl describe clusterissuer $1; the logs of cert-manager"
    return
  fi
  first=$(serial_of "$1")
  if here get secret "issued-$1" -o 'jsonpath={.data.tls\.crt}' | base64 -d | openssl x509 -noout -checkhost "$host" 2>/dev/null | grep -q 'does match'; then
    right "'$1' issues a certificate for $host"
  else
    wrong "issuer $1" "the ClusterIssuer '$1' gave a certificate that is not for $host" "kubectl describe clusterissuer $1"
  fi
  [ -z "$3" ] || { note "'$1' is a public authority, whose certificates are counted: it was not asked to renew one"; return; }
  # As `cmctl renew` does.
  here patch certificate.cert-manager.io "issued-$1" --subresource status --type merge -p '{"status": {"conditions": [{"type": "Ready", "status": "True", "reason": "Ready"}, {"type": "Issuing", "status": "True", "reason": "ManuallyTriggered", "message": "asked by gates"}]}}' >/dev/null 2>&1
  if has_another "$1" "$first"; then right "'$1' renews it"
  else
    said=$(why_not "$1")
    wrong "renewal by $1" "the ClusterIssuer '$1' issues, and did not renew a certificate within 45 s: ${said:-nobody says why}" "the logs of cert-manager"
  fi
}
printf '%s\n' "$issuers" | {
  while read -r issuer ready server; do [ -z "$issuer" ] || try_issuer "$issuer" "$ready" "$server" & done
  wait
}
# What cert-manager itself is to have renewed by now.
now=$(date +%s)
ask get certificates.cert-manager.io --all-namespaces -o 'jsonpath={range .items[*]}{.metadata.namespace} {.metadata.name} {.status.renewalTime}{"\n"}{end}' 2>/dev/null |
  while read -r namespace name due; do
    [ -n "$due" ] && [ "$namespace" != "$RUN" ] || continue
    if [ $(($(date -d "$due" +%s) + 3600)) -lt "$now" ]; then
      wrong "$namespace/$name" "the certificate $namespace/$name was to be renewed on $due, and was not" "kubectl -n $namespace describe certificate $name"
    else
      right "$namespace/$name is renewed in time"
    fi
  done
