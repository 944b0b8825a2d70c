# Run by systemd after the service of a run has ended, in whichever way: nothing of it stays.
export KUBECONFIG=/etc/kubernetes/admin.conf
timeout 10 kubectl delete persistentvolumes --selector "provisioner/gates-of=$RUN" --ignore-not-found --wait=false >/dev/null 2>&1
timeout 60 kubectl delete namespace "$RUN" --ignore-not-found --timeout 50s >/dev/null 2>&1
timeout 30 kubectl delete certificatesigningrequests --selector "provisioner/gates-of=$RUN" --ignore-not-found >/dev/null 2>&1
rm -rf "/run/provisioner-gates/$RUN" "/var/lib/provisioner-gates/$RUN"
rmdir /run/provisioner-gates /var/lib/provisioner-gates 2>/dev/null
exit 0
