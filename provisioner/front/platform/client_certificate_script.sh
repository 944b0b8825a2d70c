# Run by sh on a control-plane node. Asks the cluster for a client certificate: OBJECT is the CertificateSigningRequest, NAME
# its name. Prints two lines of base64: the certificate, and that of the authority of the cluster. The request goes again.
set -eu
export KUBECONFIG=/etc/kubernetes/admin.conf
trap 'kubectl delete certificatesigningrequest "$NAME" --ignore-not-found >/dev/null 2>&1' EXIT
trap 'exit 1' HUP INT TERM
printf '%s' "$OBJECT" | kubectl create -f - >/dev/null
kubectl certificate approve "$NAME" >/dev/null
for _ in $(seq 1 60); do
  certificate=$(kubectl get certificatesigningrequest "$NAME" -o jsonpath='{.status.certificate}')
  [ -z "$certificate" ] || break
  sleep 0.5
done
[ -n "$certificate" ] || { echo "the cluster has signed nothing within 30 seconds" >&2; exit 1; }
printf '%s\n' "$certificate"
base64 -w 0 /etc/kubernetes/pki/ca.crt
