# P-14, of telescope sites: networks beside the pods' own are there for Multus, a pod gets an address of each, and reaches who is
# named on it. NETWORKS: "NAMESPACE/NAME ADDRESS" a line, where ADDRESS may be "-".
kind=network-attachment-definitions.k8s.cni.cncf.io
[ -n "$DECLARES_NETWORKS" ] || give_up "the inventory does not say which networks pods have beside their own" "phalanx_networks: [{name: kube-system/dds, reach: 10.0.0.1}]; [] where there are none"
if [ -z "$NETWORKS" ]; then
  there=$(ask get $kind --all-namespaces -o 'jsonpath={range .items[*]}{.metadata.namespace}/{.metadata.name} {end}' 2>/dev/null)
  if [ -z "$there" ]; then right "no network beside the pods' own, as declared"; else wrong "networks" "there are the networks ${there% }, and the inventory says that there are none" "phalanx_networks"; fi
  exit 0
fi
ask get crd $kind >/dev/null 2>&1 || { wrong "Multus" "the cluster does not know networks beside the pods' own: the kind $kind is not there" "Multus, by the site"; exit 0; }
number=0
printf '%s\n' "$NETWORKS" | while read -r name reach; do
  [ -n "$name" ] || continue
  number=$((number + 1))
  ask --namespace "${name%/*}" get $kind "${name#*/}" >/dev/null 2>&1 || { wrong "$name" "there is no network '$name'" "its NetworkAttachmentDefinition; network/ of the bundle"; continue; }
  right "the network $name is there"
  cat <<EOT | ask apply -f - >/dev/null 2>&1 || { wrong "$name" "a pod with the network '$name' is refused" "kubectl -n ${name%/*} describe $kind ${name#*/}"; continue; }
apiVersion: v1
kind: Pod
metadata: {name: "net-$number", namespace: $RUN, annotations: {k8s.v1.cni.cncf.io/networks: "$name"}}
spec:
  terminationGracePeriodSeconds: 0
  restartPolicy: Never
  automountServiceAccountToken: false
  containers: [{name: it, image: "$IMAGE", command: [sleep, "300"]}]
EOT
  if ! timeout 50 kubectl --namespace "$RUN" wait --for=condition=Ready "pod/net-$number" --timeout 45s >/dev/null 2>&1; then
    wrong "$name" "a pod with the network '$name' does not start: $(here get events --field-selector "involvedObject.name=net-$number" -o 'jsonpath={range .items[*]}{.message}{"\n"}{end}' | tail -n 1 | cut -c -300)" "the logs of Multus on its node"
    continue
  fi
  case "$(here get pod "net-$number" -o 'jsonpath={.metadata.annotations.k8s\.v1\.cni\.cncf\.io/network-status}')" in
    *"\"$name\""*) right "a pod has an address of $name" ;;
    *) wrong "$name" "a pod that asks for the network '$name' gets no interface of it" "is Multus the first of /etc/cni/net.d on its node?"; continue ;;
  esac
  [ "$reach" != - ] || continue
  if here exec "net-$number" -- ping -c 2 -w 10 "$reach" >/dev/null 2>&1; then right "and reaches $reach"; else wrong "$name" "a pod with the network '$name' does not reach $reach on it" "the VLAN on its node's switch port, and the master interface"; fi
done
