# C-16, on each node: who may do everything in the cluster is root on a control plane, by a file of root's alone; no copy of it lies
# anywhere else that people keep such files.
[ -n "$IS_MEMBER" ] || exit 0
for file in /etc/kubernetes/admin.conf /etc/kubernetes/super-admin.conf; do
  [ -e $file ] || continue
  mode=$(stat -c '%a %U' $file)
  if [ "$mode" = "600 root" ]; then right "$file is root's alone"; else wrong "$file" "$file may be read by others (mode ${mode% *}, of ${mode#* })" "chown root $file; chmod 600 $file"; fi
done
copies=
for file in /root/.kube/config /root/*.conf /home/*/.kube/config /home/*/*.conf /etc/site-cluster/* /var/lib/site-kubeconfigs/*/*; do
  [ -f "$file" ] && grep -q 'client-certificate-data' "$file" 2>/dev/null || continue
  subject=$(sed -n 's/^ *client-certificate-data: *//p' "$file" | head -n 1 | base64 -d 2>/dev/null | openssl x509 -noout -subject -nameopt RFC2253 2>/dev/null)
  case "$subject" in
    *O=system:masters* | *O=kubeadm:cluster-admins*) wrong "$file" "$file holds a credential that may do everything in the cluster, outside of its place on control planes" "rm $file; people get theirs by: provisioner access kubeconfig" ; copies=yes ;;
  esac
done
[ -n "$copies" ] || right "no copy of the administrator's credential lies where people keep theirs"
