# Run by sh. What this node is in a cluster: facts as JSON, then what the tools of the control plane say, each behind a line "== NAME".
# Only looks. Nothing waits longer than some seconds (DEADLINE_FACTOR times as long), and what is not there is left out.
# Containers run, and all of `prepare` came to its end for the version that is installed.
is_prepared() {
  systemctl is-active --quiet containerd && [ -n "$kubeadm" ] && [ "$(cat /etc/kubernetes/site/prepared)" = "$kubeadm" ]
}
section() { printf '\n== %s\n' "$1"; }  # what stood before may have ended without a newline
quoted() { if [ -n "$1" ]; then printf '"%s"' "$1"; else printf null; fi; }
flag() { if "$@" >/dev/null 2>&1; then printf true; else printf false; fi; }
is_filled() { [ -n "$(ls -A "$1" 2>/dev/null)" ]; }
is_control_plane() {
  for part in etcd kube-apiserver kube-controller-manager kube-scheduler; do
    [ -s /etc/kubernetes/manifests/$part.yaml ] || return 1
  done
}
# The one in the network of the node: pods may have others.
etcd_process() {
  own=$(readlink /proc/self/ns/net)
  for comm in $(grep -lx etcd /proc/[0-9]*/comm 2>/dev/null); do
    process=${comm%/comm}
    [ "$(readlink "$process/ns/net" 2>/dev/null)" != "$own" ] || { printf %s "${process#/proc/}"; return; }
  done
  printf 0
}
factor=${DEADLINE_FACTOR:-1}
within() {  # SECONDS COMMAND...
  seconds=$(($1 * factor))
  shift
  timeout $seconds "$@"
}
kubeadm=$(within 10 kubeadm version -o short 2>/dev/null)
kubelet=$(within 10 kubelet --version 2>/dev/null | sed 's/^Kubernetes //')
api=$(sed -n 's|.*image: .*/kube-apiserver:\(v[0-9.]*\).*|\1|p' /etc/kubernetes/manifests/kube-apiserver.yaml 2>/dev/null)
ca=$(sha256sum /etc/kubernetes/pki/ca.crt 2>/dev/null | cut -d' ' -f1)
section facts
printf '{"kubeadm": %s, "kubelet": %s, "control_plane": %s, ' "$(quoted "$kubeadm")" "$(quoted "$kubelet")" "$(quoted "$api")"
printf '"runtime": %s, ' "$(flag is_prepared)"
printf '"preflight": %s, ' "$(flag test -e /etc/kubernetes/site/fit)"
printf '"init": %s, ' "$(flag test -e /etc/kubernetes/site/member)"
printf '"upgrading": %s, ' "$(flag test -e /etc/kubernetes/site/upgrading)"
printf '"renewing": %s, ' "$(flag test -e /etc/kubernetes/site/renewing)"
printf '"restore": "%s", ' "$(cat /etc/kubernetes/site/restore 2>/dev/null)"
printf '"manifests": %s, ' "$(flag is_control_plane)"
printf '"kubelet_config": %s, ' "$(flag test -s /etc/kubernetes/kubelet.conf)"
printf '"etcd_data": %s, ' "$(flag is_filled /var/lib/etcd/member)"
printf '"etcd_process": %s, ' "$(etcd_process)"
printf '"ca": "%s"}\n' "$ca"
pki=/etc/kubernetes/pki/etcd
if [ -s $pki/healthcheck-client.key ] && command -v etcdctl >/dev/null; then
  ask_etcd() {
    within 12 etcdctl --endpoints https://127.0.0.1:2379 --cacert $pki/ca.crt --cert $pki/healthcheck-client.crt \
      --key $pki/healthcheck-client.key --dial-timeout $((2 * factor))s --command-timeout $((4 * factor))s "$@" 2>/dev/null
  }
  # Of its own list a member tells without a quorum, where its tool can ask so.
  serially=
  ! etcdctl member list --help 2>&1 | grep -q -e --consistency || serially=--consistency=s
  section members
  ask_etcd member list $serially -w json
  section status
  ask_etcd endpoint status --cluster -w json
  section health
  ask_etcd endpoint health --cluster -w json
fi
if [ -s /etc/kubernetes/admin.conf ] && command -v kubectl >/dev/null; then
  ask_api() { within 12 kubectl --kubeconfig /etc/kubernetes/admin.conf --request-timeout $((5 * factor))s "$@" 2>/dev/null; }
  ask_system() { ask_api --namespace kube-system get --ignore-not-found "$@"; }
  # All or nothing: what was not answered is not what is not there.
  if nodes=$(ask_api get nodes -o json) &&
    configured=$(ask_system configmap kubeadm-config -o 'jsonpath={.data.ClusterConfiguration}') &&
    proxy=$(ask_system daemonset kube-proxy -o 'jsonpath={.spec.template.spec.containers[0].image}') &&
    daemons=$(ask_api get daemonset --all-namespaces -o 'jsonpath={.items[*].metadata.name}'); then
    section now
    date +%s
    section nodes
    printf '%s\n' "$nodes"
    section configured
    printf '%s\n' "$configured" | sed -n 's/^kubernetesVersion: *//p'
    section proxy
    printf '%s\n' "$proxy" | sed -n 's/.*://p'
    section network
    printf '%s\n' "$daemons" | tr ' ' '\n' | grep -x -m 1 -e kube-flannel-ds -e cilium || true
    if [ -n "$BUDGETS" ]; then
      # NAMESPACE NAME ALLOWED HEALTHY NEEDED EXPECTED POLICY SELECTOR; then the pods of namespaces where one allows none.
      budgets=$(ask_api get poddisruptionbudgets --all-namespaces -o 'jsonpath={range .items[*]}{.metadata.namespace}{"\t"}'\
'{.metadata.name}{"\t"}{.status.disruptionsAllowed}{"\t"}{.status.currentHealthy}{"\t"}{.status.desiredHealthy}{"\t"}'\
'{.status.expectedPods}{"\t"}{.spec.unhealthyPodEvictionPolicy}{"\t"}{.spec.selector}{"\n"}{end}')
      section budgets
      printf '%s\n' "$budgets"
      section pods
      began=$(date +%s)
      for namespace in $(printf '%s\n' "$budgets" | awk -F '\t' '$3 == 0 { print $1 }' | sort -u); do
        [ $(($(date +%s) - began)) -lt $((20 * factor)) ] || break  # the node is to be heard at all
        # NAMESPACE NAME NODE DELETED OWNER MIRROR READY LABELS
        ask_api get pods --namespace "$namespace" --field-selector status.phase=Running -o 'jsonpath={range .items[*]}'\
'{.metadata.namespace}{"\t"}{.metadata.name}{"\t"}{.spec.nodeName}{"\t"}{.metadata.deletionTimestamp}{"\t"}'\
'{.metadata.ownerReferences[?(@.controller==true)].kind}{"\t"}{.metadata.annotations.kubernetes\.io/config\.mirror}{"\t"}'\
'{.status.conditions[?(@.type=="Ready")].status}{"\t"}{.metadata.labels}{"\n"}{end}'
      done
    fi
  fi
fi
[ -n "$CERTIFICATES" ] || exit 0
section certificates
