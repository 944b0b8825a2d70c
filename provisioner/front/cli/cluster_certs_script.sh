# Run by sh. The certificates that this node has of a cluster, a line each: path, begin, end (seconds), subject, who renews it.
# Only looks. One that is not there is left out; of one that cannot be read, begin, end and subject are empty.
command -v openssl >/dev/null || { echo "there is no openssl" >&2; exit 1; }
# PATH RENEWER: what openssl reads from the standard input.
tell() {
  if ! said=$(openssl x509 -noout -startdate -enddate -subject -nameopt RFC2253 2>/dev/null); then
    printf '%s\t\t\t\t%s\n' "$1" "$2"
    return
  fi
  begins=$(printf '%s\n' "$said" | sed -n 's/^notBefore=//p')
  ends=$(printf '%s\n' "$said" | sed -n 's/^notAfter=//p')
  subject=$(printf '%s\n' "$said" | sed -n 's/^subject=//p' | tr '\t' ' ')
  printf '%s\t%s\t%s\t%s\t%s\n' "$1" "$(date -d "$begins" +%s)" "$(date -d "$ends" +%s)" "$subject" "$2"
}
pki=/etc/kubernetes/pki
for name in ca front-proxy-ca etcd/ca; do
  [ ! -s $pki/$name.crt ] || tell $pki/$name.crt nobody <$pki/$name.crt
done
for name in apiserver apiserver-kubelet-client apiserver-etcd-client front-proxy-client etcd/server etcd/peer \
  etcd/healthcheck-client; do
  [ ! -s $pki/$name.crt ] || tell $pki/$name.crt kubeadm <$pki/$name.crt
done
for name in admin super-admin controller-manager scheduler; do
  file=/etc/kubernetes/$name.conf
  [ ! -s $file ] || sed -n 's/^ *client-certificate-data: *//p' $file | base64 -d | tell $file kubeadm
done
for name in kubelet-client-current.pem kubelet-server-current.pem kubelet.crt; do
  file=/var/lib/kubelet/pki/$name
  [ ! -s $file ] || tell $file kubelet <$file
done
file=/usr/local/share/ca-certificates/site-provisioner.crt
[ ! -s $file ] || tell $file nobody <$file
# A component's lies on the node that has brought it; where another has brought it since, that one's is the cluster's.
answers=yes
for file in /etc/kubernetes/site/components/*.crt; do
  [ -s "$file" ] || continue
  used=
  if [ $answers = yes ]; then
    secret=$(timeout 10 kubectl --kubeconfig /etc/kubernetes/admin.conf --request-timeout 8s get --ignore-not-found \
      --filename "${file%.crt}-secret.yml" --output 'jsonpath={.data.tls\.crt}' 2>/dev/null) || answers=no
    used=$(printf %s "$secret" | base64 -d 2>/dev/null | openssl x509 2>/dev/null)
  fi
  [ -z "$used" ] || [ "$used" = "$(openssl x509 -in "$file" 2>/dev/null)" ] || continue
  renewer=site
  case "$file" in
    */issuer-*)
      openssl verify -no_check_time -CAfile /usr/local/share/ca-certificates/site-provisioner.crt "$file" >/dev/null 2>&1 || renewer=given
      ;;
  esac
  tell "$file" $renewer <"$file"
done
file=/etc/site-registry/tls.crt
[ ! -s $file ] || tell $file site <$file
exit 0
